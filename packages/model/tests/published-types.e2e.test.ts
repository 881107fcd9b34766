import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const packages = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const compiler = join(packages, "../node_modules/typescript/bin/tsc");
let consumer: string;

/** A project that has onestep's packages as they are published, and nothing else: no tfjs, no types of Node. */
beforeAll(() => {
  consumer = mkdtempSync(join(tmpdir(), "onestep-consumer-"));
  for (const name of ["core", "kernels", "model"]) {
    const installed = join(consumer, "node_modules/@onestep", name);
    mkdirSync(installed, { recursive: true });
    for (const part of ["package.json", "dist"]) {
      cpSync(join(packages, name, part), join(installed, part), { recursive: true });
    }
  }
  const compilerOptions = {
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    lib: ["ES2023"],
    types: [],
  };
  write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  write("package.json", JSON.stringify({ type: "module" }));
});
afterAll(() => {
  rmSync(consumer, { recursive: true, force: true });
});

describe("the published types, checked with skipLibCheck: false where tfjs is not installed", () => {
  it("compile, and say what they are", () => {
    const source = `
      import { backendEngine, tfjsBackend, tfjsNode, type LsaEngine, type TfjsLibrary, type TfjsTensor } from "@onestep/model";
      declare const tf: TfjsLibrary<TfjsTensor>;
      export const engine: LsaEngine = backendEngine(tfjsBackend(tf));
      const found = await tfjsNode();
      export const answer: string = found.available ? found.backend.name : found.reason;
    `;
    expect(compile(source)).toBe("");
    expect(compile(`${source} export const wrong: number = answer;`)).toMatch(
      /TS2322.*not assignable to type 'number'/,
    );
  });

  it("ask for tfjs in the entry of its layer alone", () => {
    const source = 'import { createLinearSelfAttention } from "@onestep/model/tfjs-layer"; createLinearSelfAttention;';
    const complaints = compile(source).trim().split("\n");
    expect(complaints.every((line) => line.includes("@tensorflow/tfjs"))).toBe(true);
    expect(complaints[0]).toMatch(/TS2307.*Cannot find module '@tensorflow\/tfjs'/);
  });
});

function write(name: string, text: string): void {
  writeFileSync(join(consumer, name), text);
}

/** What the compiler has to complain about. */
function compile(source: string): string {
  write("main.ts", source);
  return spawnSync(process.execPath, [compiler, "--pretty", "false", "-p", "."], { cwd: consumer, encoding: "utf8" })
    .stdout;
}
