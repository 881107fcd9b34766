/// <reference types="node" preserve="true" />
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { childKey, float64Backend, isotropic, matrix, randomKey, type Matrix, type PromptBatch } from "@onestep/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { drawContext } from "../../tests/contexts.ts";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { reasonWithoutNumpy, runPython } from "../../tests/python.ts";
import { lsaHeads } from "../deep/layer-heads.ts";
import type { AttentionHead, LinearTransformer } from "../deep/linear-transformer.ts";
import { transformerEngine } from "../deep/transformer-engine.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { arraysOfLayer } from "./layer-arrays.ts";
import { readNpz, writeNpz } from "./npz.ts";
import { checkArrays, numpyChecker } from "./numpy-checker.ts";
import type { StoredArrays } from "./stored-array.ts";
import { arraysOfTransformer } from "./transformer-arrays.ts";

const [count, n, d] = [5, 6, 3];
const law = { contextLength: n, covariates: isotropic(d), tasks: isotropic(d), noiseVariance: 0.1 };
const prompts = drawPrompts(law, childKey(randomKey(0), "numpy"), count);

/** The same prompts, cut to lengths of their own. */
const ragged: PromptBatch = {
  ...prompts,
  covariates: prompts.covariates.map((value, at) =>
    Math.floor(at / d) % n < n - (Math.floor(at / (n * d)) % 3) ? value : 0,
  ),
  responses: prompts.responses.map((value, at) => (at % n < n - (Math.floor(at / n) % 3) ? value : 0)),
  lengths: Int32Array.from({ length: count }, (_, prompt) => n - (prompt % 3)),
};

const square = (seed: number): Matrix =>
  matrix(
    d + 1,
    d + 1,
    drawContext(seed, (d + 1) ** 2, 1).covariates.values.map((v) => v / 4),
  );
const layer = { keyQuery: square(1), valueProjection: matrix(d + 1, 1, drawContext(2, d + 1, 1).responses) };
const head = (seed: number): AttentionHead => ({ valueProjection: square(seed), keyQuery: square(seed + 1) });
const deep: LinearTransformer = { layers: [[head(3), head(5)], [head(7)]], dividesByLength: true };
const embedded: LinearTransformer = {
  ...deep,
  embedding: { context: square(9), query: square(11), prefix: matrix(2, d + 1, drawContext(13, 8, 1).responses) },
};

const predictDeep = (transformer: LinearTransformer, batch: PromptBatch): Promise<Float64Array> =>
  transformerEngine(float64Backend()).predict(transformer, batch);

const cases: readonly [
  name: string,
  weights: StoredArrays,
  batch: PromptBatch,
  predict: () => Promise<Float64Array>,
][] = [
  ["one layer", arraysOfLayer(layer), prompts, () => float64Engine().predict(layer, prompts)],
  ["prompts of several lengths", arraysOfTransformer(deep), ragged, () => predictDeep(deep, ragged)],
  ["embedded tokens and a prefix", arraysOfTransformer(embedded), ragged, () => predictDeep(embedded, ragged)],
  [
    "plain sums",
    arraysOfTransformer(lsaHeads([layer, layer])),
    ragged,
    () => predictDeep(lsaHeads([layer, layer]), ragged),
  ],
];

it("the checker is short, and in ASCII for any Python", () => {
  expect(numpyChecker().trimEnd().split("\n").length).toBeLessThanOrEqual(20);
  expect(numpyChecker()).toMatch(/^[\n\u0020-\u007e]*$/);
});

if (reasonWithoutNumpy !== undefined) process.stdout.write(`NumPy is skipped: ${reasonWithoutNumpy}\n`);

describe.skipIf(reasonWithoutNumpy !== undefined)("NumPy", () => {
  let folder: string;
  const at = (name: string): string => join(folder, name);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "onestep-numpy-"));
    writeFileSync(at("check.py"), numpyChecker());
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(cases)("predicts the same: %s", async (_, weights, batch, predict) => {
    const predictions = await predict();
    writeFileSync(at("check.npz"), writeNpz({ ...weights, ...checkArrays(batch, predictions) }));
    expect(runPython(at("check.py"), at("check.npz"))).toMatchObject({ status: 0 });
  });

  it.each(cases)("predicts the same to single precision from a file of it: %s", async (_, weights, batch, predict) => {
    const arrays = { ...weights, ...checkArrays(batch, await predict()) };
    writeFileSync(at("check.npz"), writeNpz(arrays, { precision: "float32" }));
    expect(runPython(at("check.py"), at("check.npz"))).toMatchObject({ status: 0 });
    const { predictions } = arrays;
    const wrong = predictions.values.map((value) => 1.001 * value);
    const off = { ...arrays, predictions: { ...predictions, values: wrong } };
    writeFileSync(at("check.npz"), writeNpz(off, { precision: "float32" }));
    expect(runPython(at("check.py"), at("check.npz"))).toMatchObject({ status: 1 });
  });

  it("writes numbers of two bytes that we read, of either byte order", () => {
    writeFileSync(
      at("short.py"),
      `import sys, numpy as np
numbers = np.array([0.0, -0.1, 2.0**-24, 1000.5, 65504.0])
np.savez(sys.argv[1], little=numbers.astype("<f2"), big=numbers.astype(">f2"), exact=numbers.astype("<f2").astype(float))
`,
    );
    expect(runPython(at("short.py"), at("short.npz"))).toEqual({ status: 0, output: "" });
    const { little, big, exact } = readNpz(readFileSync(at("short.npz")));
    expect([little.values, big.values]).toEqual([exact.values, exact.values]);
  });

  it("does not always agree", () => {
    const wrong = new Float64Array(count).fill(1);
    writeFileSync(at("check.npz"), writeNpz({ ...arraysOfLayer(layer), ...checkArrays(prompts, wrong) }));
    expect(runPython(at("check.py"), at("check.npz"))).toMatchObject({
      status: 1,
      output: expect.stringContaining("largest difference") as string,
    });
  });

  it("reads our files, and writes files that we read", () => {
    const arrays = { ...arraysOfTransformer(embedded), scalar: { shape: [], values: Float64Array.of(0.1) } };
    writeFileSync(at("ours.npz"), writeNpz(arrays));
    writeFileSync(
      at("copy.py"),
      `import sys, numpy as np
file = np.load(sys.argv[1])
arrays = {name: np.asarray(file[name], order="F") for name in file.files}
np.savez_compressed(sys.argv[2], **arrays)
`,
    );
    expect(runPython(at("copy.py"), at("ours.npz"), at("theirs.npz"))).toEqual({ status: 0, output: "" });
    expect(readNpz(readFileSync(at("theirs.npz")))).toEqual(arrays);
  });
});
