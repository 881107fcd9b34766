import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
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

  it("compile in the entry of the layer of tfjs, and hand out layers of the module that is given", () => {
    const source = `
      import { createLinearSelfAttention, lsaParametersOf } from "@onestep/model/tfjs-layer";
      declare class Layer { getClassName(): string; getWeights(): []; readonly own: number }
      declare const tf: { layers: { Layer: typeof Layer } };
      const layer = createLinearSelfAttention(tf, { inputShape: [null, 3] });
      export const own: number = layer.own;
      export const columns: number = (await lsaParametersOf(layer)).keyQuery.columns;
    `;
    expect(compile(source)).toBe("");
    expect(compile(`${source} export const wrong: string = layer.own;`)).toMatch(/TS2322.*not assignable/);
  });
});

describe("the published types beside the real TensorFlow.js", () => {
  beforeAll(() => {
    const installed = join(consumer, "node_modules/@tensorflow");
    mkdirSync(installed);
    symlinkSync(realpathSync(join(packages, "model/node_modules/@tensorflow/tfjs")), join(installed, "tfjs"));
  });

  it.each([
    { module: "nodenext", moduleResolution: "nodenext" },
    { module: "esnext", moduleResolution: "bundler" },
  ])("read its tensors off the module, with $moduleResolution", (resolution) => {
    const source = `
      import * as tf from "@tensorflow/tfjs";
      import type { TensorBackend } from "@onestep/core";
      import { autodiffAttentionEngine, backendEngine, tfjsBackend, type LsaEngine } from "@onestep/model";
      const backend = tfjsBackend(tf);
      export const own: TensorBackend<tf.Tensor> = backend;
      export const size: number = backend.scale(tf.scalar(1), 2).size;
      export const engine: LsaEngine = backendEngine(tfjsBackend(tf));
      export const attention = autodiffAttentionEngine(tf);
    `;
    // Its own types need those of a browser, and do not all compile.
    const options = { ...resolution, skipLibCheck: true, lib: ["ES2023", "DOM"] };
    expect(compile(source, options)).toBe("");
    expect(compile(`${source} export const wrong: TensorBackend<number> = backend;`, options)).toMatch(
      /not assignable to type .number./,
    );
  });
});

function write(name: string, text: string): void {
  writeFileSync(join(consumer, name), text);
}

/** What the compiler has to complain about. */
function compile(source: string, options: Readonly<Record<string, unknown>> = {}): string {
  const compilerOptions = {
    module: "nodenext",
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    lib: ["ES2023"],
    types: [],
    ...options,
  };
  write("tsconfig.json", JSON.stringify({ compilerOptions, files: ["main.ts"] }));
  write("main.ts", source);
  return spawnSync(process.execPath, [compiler, "--pretty", "false", "-p", "."], { cwd: consumer, encoding: "utf8" })
    .stdout;
}
