// Compiles every src/<kernel>/kernel.as.ts to WebAssembly, and writes the module as base64 into kernel.wasm.ts beside it;
// some once more with relaxed SIMD, into relaxed.wasm.ts.
// With --check it writes nothing, and exits 1 where a module is not what its source compiles to.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { main as asc } from "assemblyscript/asc";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// No garbage collector: a kernel works on arrays that its caller has laid out in memory.
const OPTIONS = ["-O3", "--converge", "--noAssert", "--runtime", "stub", "--enable", "simd"];
// Vectors pass between source files, which the compiler takes for the module's border: it warns for nothing.
OPTIONS.push("--disableWarning", "112");
// Kernels that are faster with fused products and sums: see src/wasm/products.as.ts.
const RELAXED = ["deep", "lsa-gradient"];

const check = process.argv.includes("--check");
const sources = readdirSync(join(root, "src"), { recursive: true })
  .map((path) => String(path).replaceAll("\\", "/"))
  .filter((path) => path.endsWith("/kernel.as.ts"))
  .sort();

for (const source of sources) {
  await build(source, "kernel", []);
  if (RELAXED.includes(dirname(source))) await build(source, "relaxed", ["--enable", "relaxed-simd"]);
}

async function build(source, name, options) {
  const target = `${dirname(source)}/${name}.wasm.ts`;
  const compiled = moduleText(await compile(`src/${source}`, options));
  if (!check) writeFileSync(join(root, "src", target), compiled);
  else if (readFileSync(join(root, "src", target), "utf8") !== compiled) {
    process.stderr.write(
      `src/${target}: expected what src/${source} compiles to. Try: npm run compile, in packages/kernels\n`,
    );
    process.exitCode = 1;
  }
}

/** @returns {Promise<Uint8Array>} */
async function compile(source, options) {
  let binary;
  const { error } = await asc([source, "--outFile", "module.wasm", "--baseDir", root, ...OPTIONS, ...options], {
    readFile: (name, base) => (existsSync(join(base, name)) ? readFileSync(join(base, name), "utf8") : null),
    writeFile: (_, contents) => {
      binary = contents;
    },
    stderr: process.stderr,
  });
  if (error !== null) throw new Error(`compile: expected ${source} to compile; see above`, { cause: error });
  return binary;
}

function moduleText(binary) {
  const base64 = Buffer.from(binary).toString("base64");
  return `// Compiled from kernel.as.ts by scripts/compile.mjs.\nexport const wasm: string =\n  "${base64}";\n`;
}
