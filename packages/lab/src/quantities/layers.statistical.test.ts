import { meanAccumulator, randomKey, type Estimate } from "@onestep/core";
import { parsePromptLaw, samplePrompts, type PromptLaw } from "@onestep/data";
import { expectClose, expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { quantities } from "./catalogue.ts";

interface Layers {
  /** In units of S/n */
  readonly a: readonly number[];
  readonly b: readonly number[];
}
type Options = Readonly<Record<string, number | boolean>>;

const lawOf = (covariates: unknown, tasks: unknown): PromptLaw =>
  parsePromptLaw({
    contextLength: 10,
    covariates: { law: "gaussian", covariance: covariates },
    target: { law: "linear", tasks: { law: "gaussian", covariance: tasks } },
    noise: { law: "gaussian", variance: 0.3 },
    dimension: 3,
  });
/** x ~ N(0, 2I), w ~ N(0, 1.5 I): a step in units of S/n is half of one on whitened covariates. */
const stretched = lawOf(2, 1.5);

function documentOf(quantity: string, law: PromptLaw, options: Options): Record<string, unknown> {
  return quantities.find(({ name }) => name === quantity)!.compute({ law, options, seed: 0 });
}
const ask = <V>(quantity: string, options: Options, law = stretched): V =>
  documentOf(quantity, law, options)["value"] as V;

/** yᵢ ← yᵢ − a⟨xᵢ, Xᵀy⟩/n and x ← (I − ab S/n) x, row by row; the query's slot gathers the prediction. */
function predictByHand(rows: Float64Array[], responses: Float64Array, query: Float64Array, { a, b }: Layers): number {
  const n = rows.length;
  const dot = (u: Float64Array, v: Float64Array): number => u.reduce((sum, entry, j) => sum + entry * v[j], 0);
  const averageOf = (weights: Float64Array): Float64Array =>
    query.map((_, j) => rows.reduce((sum, row, i) => sum + weights[i] * row[j], 0) / n);
  let prediction = 0;
  a.forEach((step, l) => {
    const gradient = averageOf(responses);
    prediction += step * dot(query, gradient);
    responses = responses.map((y, i) => y - step * dot(rows[i], gradient));
    const contracted = (x: Float64Array): Float64Array => {
      const image = averageOf(Float64Array.from(rows, (row) => dot(row, x)));
      return x.map((entry, j) => entry - step * (b[l] ?? 0) * image[j]);
    };
    [query, rows] = [contracted(query), rows.map(contracted)];
  });
  return prediction;
}

function simulatedLoss(layers: Layers): Estimate {
  const { contextLength: n, dimension: d } = stretched;
  const prompts = samplePrompts(stretched, { key: randomKey(seedForTests()), count: 8000 });
  const loss = meanAccumulator();
  for (let i = 0; i < prompts.count; i++) {
    const rows = Array.from({ length: n }, (_, r) => prompts.covariates.slice((i * n + r) * d, (i * n + r + 1) * d));
    const prediction = predictByHand(
      rows,
      prompts.responses.slice(i * n, (i + 1) * n),
      prompts.queryCovariates.slice(i * d, (i + 1) * d),
      layers,
    );
    loss.push((prediction - prompts.queryResponses[i]) ** 2);
  }
  return loss.estimate();
}

describe("layers on covariates of variance 2 take their steps in units of S/n", () => {
  test("one layer is the optimum, and as good as gradient descent says", () => {
    const { stepSizes, loss } = ask<{ stepSizes: number[]; loss: number }>("depth", { layers: 1 });
    expectClose(documentOf("optimum", stretched, {})["stepSize"] as number, stepSizes[0] / 10, 1e-14);
    expectClose(ask<number>("gradient-descent-risk", { steps: 1, rate: stepSizes[0] }), loss, 1e-12);
  });

  test("a looped model is as good as gradient descent says", () => {
    const { stepSizes, loss } = ask<{ stepSizes: number[]; loss: number }>("depth", { layers: 4, tied: true });
    expectClose(ask<number>("gradient-descent-risk", { steps: 4, rate: stepSizes[0] }), loss, 1e-12);
  });

  test("the best layers have the loss of the algorithm, row by row", () => {
    const { stepSizes, loss } = ask<{ stepSizes: number[]; loss: number }>("depth", { layers: 2 });
    expectWithin(simulatedLoss({ a: stepSizes, b: [] }), loss);
    // Half the steps, not twice: the loss of steps that overshoot has heavy tails.
    expectRejected(simulatedLoss({ a: stepSizes.map((a) => a / 2), b: [] }), loss);
  });

  test("so do the best GD++ layers, whose b has no unit", () => {
    const { a, b, loss } = ask<Layers & { loss: number }>("gd-plus-plus", { layers: 2 });
    expectWithin(simulatedLoss({ a, b }), loss);
    expectRejected(simulatedLoss({ a: a.map((step) => step / 2), b }), loss);
    expectRejected(simulatedLoss({ a, b: b.map((ratio) => ratio / 2) }), loss);
  });
});

test("without a multiple of I the steps are whitened, and the passport says so", () => {
  const whitened = lawOf([4, 1, 0.25], [0.25, 1, 4]);
  expect(ask("depth", { layers: 2 }, whitened)).toEqual(ask("depth", { layers: 2 }, lawOf(1, 1)));
  const remarks = (law: PromptLaw): string => JSON.stringify(documentOf("depth", law, { layers: 2 })["hypotheses"]);
  expect(remarks(whitened)).toMatch(/units of Σ⁻¹S\/n/);
  expect(remarks(stretched)).toMatch(/Σ = 2 I.*units of S\/n/);
  expect(remarks(lawOf(1, 1))).not.toMatch(/units/);
});
