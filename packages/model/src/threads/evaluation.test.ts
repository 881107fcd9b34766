import { diagonal, openStream, randomKey } from "@onestep/core";
import { openDeep, openOneLayer } from "@onestep/kernels";
import { expect, it } from "vitest";
import { openEvaluation, type EvaluationPlan } from "./evaluation.ts";
import { stepBytes, stepMemory, writePrompts, type StepMemory } from "./step-memory.ts";

const law = { dimension: 2, contextLength: 5, noiseDeviation: 0.5, task: { factor: diagonal([1, 2]) } };
const width = law.dimension + 1;
const size = width * width;
const prompts = { key: randomKey(3), first: 8, count: 1000 };
const blocks = { from: 2, to: 4 };

function normals(length: number, scale: number): Float64Array {
  const values = new Float64Array(length);
  openStream(randomKey(1)).fillNormals(values, 0, length);
  return values.map((value) => scale * value);
}

/** The memory of a step whose sums nobody has written: NaN. */
function memoryOf(parameters: Float64Array, sums: number): StepMemory {
  const sizes = { parameters: parameters.length, sums };
  const memory = stepMemory(new SharedArrayBuffer(stepBytes(sizes)), sizes);
  memory.parameters.set(parameters);
  memory.sums.fill(NaN);
  writePrompts(memory, prompts.key, prompts.first, prompts.count);
  return memory;
}

it.each(["float64", "float32"] as const)(
  "a thread writes its blocks of a step as one layer does in %s, and nothing beside",
  (precision) => {
    const options = { precision };
    const own = openOneLayer(law, options);
    const [count, length] = [own.blockCount(prompts.count), own.sumsLength];
    for (const scale of [0.1, 1e20]) {
      const parameters = normals(size + width, scale);
      const thread = openEvaluation({ kind: "one layer", law, options });
      const memory = memoryOf(parameters, count * length);
      thread.sumBlocks(memory, blocks);

      const expected = new Float64Array(count * length).fill(NaN);
      const [keyQuery, valueProjection] = [parameters.subarray(0, size), parameters.subarray(size)];
      const part = expected.subarray(blocks.from * length, blocks.to * length);
      const before = own.escalations;
      own.writeBlockSums({ keyQuery, valueProjection }, prompts, blocks, part);
      expect(memory.sums).toEqual(expected);
      expect(thread.sumsLength).toBe(length);
      // Numbers of 10²⁰ are too large for float32, and their blocks are counted.
      expect(own.escalations - before).toBe(precision === "float32" && scale > 1 ? 2 : 0);
      expect(thread.escalations).toBe(own.escalations - before);
    }
  },
);

it("a thread reads all P, then all Q of a transformer, and writes its blocks as one alone does", () => {
  const layers = 3;
  const plan: EvaluationPlan = { kind: "deep", law, layers, options: undefined };
  const own = openDeep(law, layers);
  const [count, length] = [own.blockCount(prompts.count), own.sumsLength];
  const parameters = normals(2 * layers * size, 0.1);
  const thread = openEvaluation(plan);
  const memory = memoryOf(parameters, count * length);
  thread.sumBlocks(memory, blocks);

  const matrices = Array.from({ length: 2 * layers }, (_, at) => parameters.subarray(at * size, (at + 1) * size));
  const weights = { valueProjections: matrices.slice(0, layers), keyQueries: matrices.slice(layers) };
  const expected = new Float64Array(count * length).fill(NaN);
  own.writeBlockSums(weights, prompts, blocks, expected.subarray(blocks.from * length, blocks.to * length));
  expect(memory.sums).toEqual(expected);
  expect([thread.sumsLength, thread.escalations]).toEqual([length, 0]);
});
