import { diagonal, float64Backend, isotropic, matrix, randomKey, ShapeError, type PromptBatch } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawPrompts } from "../../tests/gaussian-linear.ts";
import { expectEntriesClose } from "../../tests/expect-entries.ts";
import { attentionEngine } from "./attention-engine.ts";
import type { AttentionTransformer } from "./attention-transformer.ts";
import { softmaxPair, type SoftmaxPair } from "./softmax-pair.ts";

const DOUBLE = 2 ** -53;
const law = { contextLength: 5, covariates: isotropic(3), tasks: isotropic(3), noiseVariance: 0.5 };
const prompts = drawPrompts(law, randomKey(0), 4);
const pair = softmaxPair();

describe("two softmax heads of opposite sign", () => {
  it.each([
    { scoreScale: 0.3, outputScale: 2 },
    { scoreScale: -1, outputScale: 0.5 },
  ])("are the transformer with these two heads: %o", async (parameters) => {
    const expected = await attentionEngine(float64Backend()).predict(asTransformer(parameters, 3), prompts);
    const rounding = expected.map((entry) => 64 * DOUBLE * (1 + Math.abs(entry)));
    expectEntriesClose(pair.predict(parameters, prompts), expected, rounding);
    const { scoreScale, outputScale } = parameters;
    const mirrored = { scoreScale: -scoreScale, outputScale: -outputScale };
    expectEntriesClose(pair.predict(mirrored, prompts), expected, rounding);
  });

  it("do not look at rows behind the end of a short context", () => {
    const { count, contextLength: n, dimension: d } = prompts;
    const longer: PromptBatch = {
      ...prompts,
      contextLength: n + 2,
      covariates: new Float64Array(count * (n + 2) * d),
      responses: new Float64Array(count * (n + 2)),
      lengths: new Int32Array(count).fill(n),
    };
    for (let prompt = 0; prompt < count; prompt++) {
      longer.covariates.set(prompts.covariates.subarray(prompt * n * d, (prompt + 1) * n * d), prompt * (n + 2) * d);
      longer.responses.set(prompts.responses.subarray(prompt * n, (prompt + 1) * n), prompt * (n + 2));
    }
    const parameters = { scoreScale: 0.4, outputScale: 1.5 };
    expect(pair.predict(parameters, longer)).toEqual(pair.predict(parameters, prompts));
  });

  it("have the slope of the loss as their gradient", async () => {
    for (const position of [Float64Array.of(0.3, 2), Float64Array.of(-0.7, 0.4)]) {
      const { loss, gradient } = await pair.lossAndGradient(position, prompts);
      for (const at of [0, 1]) {
        const slope = async (step: number): Promise<number> => {
          const lossAt = async (by: number): Promise<number> => {
            const moved = position.map((entry, i) => (i === at ? entry + by : entry));
            return (await pair.lossAndGradient(moved, prompts)).loss;
          };
          return ((await lossAt(step)) - (await lossAt(-step))) / (2 * step);
        };
        const step = 2 ** -13;
        const [coarse, fine] = [await slope(2 * step), await slope(step)];
        // What is truncated shrinks by 4 with half the step: the difference is three times what the finer one still misses.
        const tolerance = Math.abs(coarse - fine) + (64 * DOUBLE * (1 + loss)) / step;
        expectClose(gradient[at], fine, tolerance);
        expect(Math.abs(gradient[at])).toBeGreaterThan(1e4 * tolerance);
      }
    }
  });

  it("become one step on centred data as their scores become small", () => {
    const predict = (scoreScale: number): Float64Array =>
      pair.predict({ scoreScale, outputScale: 1 / scoreScale }, prompts);
    const step = centredStep(prompts);
    // Odd in c: what is left is of order c².
    const errors = [0.02, 0.01].map((c) => Math.max(...predict(c).map((entry, i) => Math.abs(entry - step[i]))));
    expect(errors[0]).toBeGreaterThan(0);
    expectClose(errors[0] / errors[1], 4, 0.05);
  });

  it("do not overflow, and refuse several queries a prompt", async () => {
    expect(pair.predict({ scoreScale: 1e4, outputScale: 1 }, prompts).every(Number.isFinite)).toBe(true);
    const two = { ...prompts, queries: 2 };
    expect(() => pair.predict({ scoreScale: 1, outputScale: 1 }, two)).toThrow(ShapeError);
    await expect(pair.lossAndGradient(Float64Array.of(1, 1), two)).rejects.toThrow("2 queries a prompt");
  });
});

/** P = ∓v e eᵀ, for ŷ carries a minus sign, and Q = ±c diag(I, 0). */
function asTransformer({ scoreScale, outputScale }: SoftmaxPair, dimension: number): AttentionTransformer {
  const heads = [1, -1].map((sign) => {
    const valueProjection = matrix(dimension + 1, dimension + 1);
    valueProjection.values[valueProjection.values.length - 1] = -sign * outputScale;
    const scales = new Float64Array(dimension + 1).fill(sign * scoreScale, 0, dimension);
    return { valueProjection, keyQuery: diagonal(scales) };
  });
  return { layers: [{ heads }], kernel: "softmax" };
}

/** (2/n) Σ yᵢ ⟨xᵢ − x̄, x_q⟩ */
function centredStep({
  count,
  contextLength: n,
  dimension: d,
  covariates,
  responses,
  queryCovariates,
}: PromptBatch): number[] {
  return Array.from({ length: count }, (_, prompt) => {
    const scores = Array.from({ length: n }, (_, i) => {
      const row = covariates.subarray((prompt * n + i) * d, (prompt * n + i + 1) * d);
      return row.reduce((sum, entry, k) => sum + entry * queryCovariates[prompt * d + k], 0);
    });
    const mean = scores.reduce((sum, score) => sum + score, 0) / n;
    return (2 / n) * scores.reduce((sum, score, i) => sum + (score - mean) * responses[prompt * n + i], 0);
  });
}
