import { dot, DomainError, randomKey } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { gaussianNoise } from "../noise/gaussian.ts";
import { noNoise } from "../noise/none.ts";
import type { NoiseLaw } from "../define/define-noise.ts";
import { linearTarget } from "../targets/linear.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import { poolTasks } from "../tasks/pool.ts";
import { promptLaw } from "./prompt-law.ts";
import { samplePrompts } from "./sample-prompts.ts";
import { discretePosterior, type PoolEvidence } from "./task-pool.ts";

const tasks = poolTasks({ size: 6, of: gaussianTasks({ dimension: 3 }) });
const pool = tasks.pool!;

/** The first context of a law over the pool: its rows and what the sums tell. */
function contextOf(
  noise: NoiseLaw,
  contextLength: number,
): { rows: Float64Array[]; y: Float64Array; evidence: PoolEvidence } {
  const law = promptLaw({
    contextLength,
    covariates: gaussianCovariates({ dimension: 3 }),
    target: linearTarget({ tasks }),
    noise,
  });
  const { covariates, responses: y } = samplePrompts(law, { key: randomKey(5), count: 1 });
  const rows = Array.from(y, (_, i) => covariates.slice(3 * i, 3 * i + 3));
  const sum = (value: (x: Float64Array, i: number) => number): number => rows.reduce((s, x, i) => s + value(x, i), 0);
  const covariateGram = [0, 1, 2].flatMap((i) => Array.from({ length: i + 1 }, (_, j) => sum((x) => x[i] * x[j])));
  const crossProduct = [0, 1, 2].map((i) => sum((x, row) => x[i] * y[row]));
  return { rows, y, evidence: { covariateGram, crossProduct, noiseVariance: noise.variance } };
}

describe("discretePosterior", () => {
  it("is the product of the likelihoods of all responses, normalised", () => {
    const { rows, y, evidence } = contextOf(gaussianNoise({ variance: 2 }), 4);
    const likelihoods = pool.map((w) => rows.reduce((p, x, i) => p * Math.exp(-((y[i] - dot(w, x)) ** 2) / 4), 1));
    const total = likelihoods.reduce((sum, one) => sum + one, 0);
    const { probabilities, mean } = discretePosterior(pool, evidence);
    expectClose(
      probabilities,
      likelihoods.map((one) => one / total),
      1e-13,
    );
    const expected = [0, 1, 2].map((i) => pool.reduce((sum, w, k) => sum + (likelihoods[k] / total) * w[i], 0));
    expectClose(mean, expected, 1e-13);
  });

  it("is the prior before a response says anything, and certain where likelihoods underflow", () => {
    const silent = { covariateGram: [0, 0, 0, 0, 0, 0], crossProduct: [0, 0, 0], noiseVariance: 1 };
    expectClose(
      discretePosterior(pool, silent).probabilities,
      pool.map(() => 1 / 6),
      1e-15,
    );
    const { y, evidence } = contextOf(gaussianNoise({ variance: 1e-9 }), 10);
    expect(y.every((value) => Math.exp(-(value ** 2) / 2e-9) === 0)).toBe(true);
    const { probabilities } = discretePosterior(pool, evidence);
    expectClose(Math.max(...probabilities), 1, 0);
  });

  it("without noise leaves only the tasks that reproduce the context", () => {
    const { rows, y, evidence } = contextOf(noNoise(), 1);
    const { probabilities, mean } = discretePosterior(pool, evidence);
    const own = pool.findIndex((w) => Math.abs(dot(w, rows[0]) - y[0]) < 1e-12);
    expect([...probabilities]).toEqual(pool.map((_, k) => (k === own ? 1 : 0)));
    expect(mean).toEqual(pool[own]);
    // Two tasks that no context along the first coordinate can tell apart.
    const twins = [Float64Array.of(0.1, 3), Float64Array.of(0.1, -3), Float64Array.of(0.7, 0)];
    const along = { covariateGram: [0.3, 0, 0], crossProduct: [0.3 * 0.1, 0], noiseVariance: 0 };
    expect([...discretePosterior(twins, along).probabilities]).toEqual([0.5, 0.5, 0]);
  });

  it("refuses an empty pool and a variance that is none", () => {
    const evidence = { covariateGram: [1], crossProduct: [1], noiseVariance: -1 };
    expect(() => discretePosterior([], evidence)).toThrow(DomainError);
    expect(() => discretePosterior([Float64Array.of(1)], evidence)).toThrow(/noise variance ≥ 0; got -1/);
  });
});
