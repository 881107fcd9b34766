import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { closureOf, install, packAll, published, run } from "./packed/pack.mjs";
import { checked, programsOf } from "./readme-programs.mjs";
import { root } from "./workspace.mjs";

// Every package as its users get it: packed, installed in an empty folder with its siblings' tarballs only, and used.

const scratch = mkdtempSync(join(tmpdir(), "onestep-packed-"));
let tarballs;
const folderOf = (name) => join(scratch, name.replace("/", "-"));
const bin = (name) => join(root, "node_modules", ".bin", name);

beforeAll(() => {
  tarballs = packAll(scratch);
}, 300_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true, maxRetries: 5 }), 300_000);

const libraries = published.filter(({ manifest }) => manifest.exports !== undefined);

describe.each(libraries.map(({ manifest, folder }) => [manifest.name, folder, manifest]))(
  "%s",
  (name, folder, manifest) => {
    const programs = programsOf(readFileSync(join(root, folder, "README.md"), "utf8"));
    // A README may show a sibling that the package itself does not need.
    const shown = programs.flatMap((code) =>
      [...code.matchAll(/from "(@onestep\/\w+)"/g)].map(([, sibling]) => sibling),
    );

    beforeAll(() => {
      const needed = new Set([name, ...shown].flatMap((one) => [...closureOf(one)]));
      install(
        folderOf(name),
        [...needed].map((one) => tarballs.get(one)),
      );
    }, 300_000);

    const entries = Object.entries(manifest.exports)
      .filter(([, conditions]) => conditions.default !== undefined || conditions.node !== undefined)
      .map(([entry]) => name + entry.slice(1));

    test("is imported by each of its entries", () => {
      const program = entries.map(
        (entry) => `if (Object.keys(await import("${entry}")).length === 0) throw "${entry}";`,
      );
      run(process.execPath, ["--input-type=module", "-e", program.join("\n")], folderOf(name));
    });

    // Node requires ES modules from 20.19 and 22.12 on.
    test.runIf(process.features.require_module)("is required from CommonJS by each of its entries", () => {
      const program = entries.map((entry) => `if (Object.keys(require("${entry}")).length === 0) throw "${entry}";`);
      run(process.execPath, ["--input-type=commonjs", "-e", program.join("\n")], folderOf(name));
    });

    test("runs the programs of its README", () => {
      expect(programs.length).toBeGreaterThan(0);
      for (const code of programs) run(process.execPath, ["--input-type=module", "-e", checked(code)], folderOf(name));
    });

    test("has a README, a licence, types beside every module, and nothing that is not used", () => {
      const files = run("tar", ["tzf", tarballs.get(name)], scratch)
        .trim()
        .split("\n");
      expect(files).toEqual(expect.arrayContaining(["package/README.md", "package/LICENSE", "package/package.json"]));
      expect(files.filter((file) => /\.test\.|\.map$|tsbuildinfo|test-summary/.test(file))).toEqual([]);
      for (const { types, ...conditions } of Object.values(manifest.exports)) {
        for (const file of [types, ...Object.values(conditions)]) expect(files).toContain(join("package", file));
      }
    });

    test("is what publint and are-the-types-wrong call right", () => {
      run(bin("publint"), ["--strict", tarballs.get(name)], root);
      run(bin("attw"), ["--profile", "esm-only", tarballs.get(name)], root);
    }, 120_000);
  },
  300_000,
);

describe("all of them together, in a consumer's tools", () => {
  const folder = folderOf("consumer");
  const names = libraries.map(({ manifest }) => manifest.name);

  beforeAll(() => {
    install(
      folder,
      names.map((name) => tarballs.get(name)),
    );
    const imports = names.map((name, i) => `import * as package${i} from "${name}";`);
    const uses = `console.log([${names.map((_, i) => `package${i}`).join(", ")}].map((one) => Object.keys(one).length));`;
    writeFileSync(join(folder, "main.ts"), [...imports, uses, ""].join("\n"));
    writeFileSync(
      join(folder, "step.ts"),
      'import { optimalStepSize } from "@onestep/theory";\nconsole.log(optimalStepSize({ contextLength: 20, dimension: 5, noiseVariance: 0 }).value);\n',
    );
  }, 300_000);

  test.each([
    ["node16", "node16"],
    ["esnext", "bundler"],
  ])(
    "TypeScript reads their types, module %s, resolution %s, library checks on",
    (module, moduleResolution) => {
      const compilerOptions = {
        module,
        moduleResolution,
        target: "es2022",
        lib: ["es2023", "dom"],
        types: [],
        strict: true,
        skipLibCheck: false,
        noEmit: true,
      };
      writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["main.ts", "step.ts"] }));
      run(bin("tsc"), ["-p", folder], folder);
    },
    120_000,
  );

  test("esbuild and Vite bundle them for a browser, and take of a package what is used", () => {
    const esbuild = ["--bundle", "--minify", "--format=esm", "--platform=browser", "--log-level=error"];
    run(bin("esbuild"), ["main.ts", ...esbuild, "--outfile=all.js"], folder);
    const step = run(bin("esbuild"), ["step.ts", ...esbuild], folder);
    expect(run(process.execPath, ["--input-type=module", "-e", step], folder)).toBe("0.038461538461538464\n");
    // One closed form, with what it needs of core: 1.6 kB when this was written.
    expect(gzipSync(step).length).toBeLessThan(2500);
    const theory = [...esbuild, "--external:@onestep/core", "--external:ml-matrix"];
    writeFileSync(join(folder, "theory.ts"), 'export * from "@onestep/theory";\n');
    // All of theory, without core: 38.3 kB when this was written.
    expect(gzipSync(run(bin("esbuild"), ["theory.ts", ...theory], folder)).length).toBeLessThan(42_000);
    writeFileSync(join(folder, "index.html"), '<script type="module" src="/main.ts"></script>');
    run(bin("vite"), ["build", "--logLevel", "error"], folder);
    expect(existsSync(join(folder, "dist/index.html"))).toBe(true);
  }, 120_000);

  test("are as small as they were: what core, data, theory and model unpack to", () => {
    const bytes = ["core", "data", "theory", "model"].map((name) => {
      const listing = run("tar", ["tzvf", tarballs.get(`@onestep/${name}`)], scratch);
      return listing.split("\n").reduce((sum, line) => sum + Number(line.split(/\s+/)[2] ?? 0), 0);
    });
    // 2.1 MB when this was written, a fifth of it the docstrings that editors show.
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2_400_000);
  });
}, 300_000);

test("TensorFlow.js is a peer: added beside the packages, it carries the same layer", () => {
  const folder = folderOf("tfjs");
  const ours = [...closureOf("@onestep/lab")].map((name) => tarballs.get(name));
  install(folder, [...ours, "@tensorflow/tfjs@4.22.0"]);
  const program = `
    import * as tf from "@tensorflow/tfjs";
    import { matrixFromRows, randomKey } from "@onestep/core";
    import { parsePromptLaw, samplePrompts } from "@onestep/data";
    import { backendEngine, float64Engine, tfjsBackend } from "@onestep/model";
    await tf.setBackend("cpu");
    const law = parsePromptLaw({
      contextLength: 4, dimension: 2, covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian" } }, noise: { law: "none" },
    });
    const prompts = samplePrompts(law, { key: randomKey(7), count: 8 });
    const parameters = {
      keyQuery: matrixFromRows([[0.1, 0.2, 0], [0.3, 0.1, 0], [0, 0.1, 0.2]]),
      valueProjection: matrixFromRows([[0], [0.1], [0.5]]),
    };
    const losses = [];
    for (const engine of [float64Engine(), backendEngine(tfjsBackend(tf))]) {
      losses.push((await engine.lossAndGradient(parameters, prompts)).loss);
    }
    console.log(JSON.stringify(losses));
  `;
  const printed = run(process.execPath, ["--input-type=module", "-e", program], folder).trim().split("\n");
  const [exact, onTfjs] = JSON.parse(printed[printed.length - 1]);
  expect(exact).toBeGreaterThan(0);
  expect(Math.abs(onTfjs / exact - 1)).toBeLessThan(1e-5);
}, 300_000);

test("the command line runs by npx, and trains", () => {
  const folder = folderOf("onestep");
  install(
    folder,
    [...closureOf("onestep")].map((one) => tarballs.get(one)),
  );
  const printed = run(
    "npx",
    ["--no-install", "onestep", "verify", "thm1", "--dimension", "2", "--context", "8", "--json"],
    folder,
  );
  expect(JSON.parse(printed)).toMatchObject({ verdict: "supported" });
}, 300_000);
