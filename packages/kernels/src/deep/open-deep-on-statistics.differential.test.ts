import { childKey, openStream, randomKey, type ContextStatistics, type PromptBatch } from "@onestep/core";
import { assert, boolean, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import { predictByTokens } from "../../tests/attention-by-tokens.ts";
import { evaluateInto, roundings, scaleOnStatistics, type Evaluated } from "../../tests/deep-scale.ts";
import type { DeepOptions } from "./deep-evaluation.ts";
import { openDeepOnStatistics } from "./open-deep-on-statistics.ts";
import type { DeepWeights } from "./sums.ts";

interface Recipe {
  readonly dimension: number;
  readonly layers: number;
  readonly contextLength: number;
  readonly count: number;
  readonly seed: number;
  readonly dividesByLength: boolean;
  readonly varies: boolean;
}

const recipes = record({
  dimension: integer({ min: 1, max: 8 }),
  layers: integer({ min: 1, max: 4 }),
  contextLength: integer({ min: 1, max: 9 }),
  count: integer({ min: 1, max: 60 }),
  seed: integer({ min: 0 }),
  dividesByLength: boolean(),
  varies: boolean(),
});

/** Weights and prompts of a recipe, rows and all; where lengths vary, rows beyond a prompt's own are not its own. */
function drawn({ dimension: d, layers, contextLength: n, count, seed, varies }: Recipe): {
  weights: DeepWeights;
  prompts: PromptBatch;
} {
  const stream = openStream(childKey(randomKey(seed), "case"));
  const draw = (size: number, scale = 1): Float64Array =>
    Float64Array.from({ length: size }, () => scale * stream.normal());
  const list = (): Float64Array[] => Array.from({ length: layers }, () => draw((d + 1) ** 2, 0.5 / (d + 1)));
  const prompts = {
    count,
    contextLength: n,
    dimension: d,
    covariates: draw(count * n * d),
    responses: draw(count * n),
    queryCovariates: draw(count * d),
    queryResponses: draw(count),
    ...(varies && { lengths: Int32Array.from({ length: count }, (_, i) => 1 + (i % n)) }),
  };
  return { weights: { valueProjections: list(), keyQueries: list() }, prompts };
}

function statisticsOf(prompts: PromptBatch): ContextStatistics {
  const { count, contextLength: n, dimension: d, covariates, responses, lengths } = prompts;
  const covariateGram = new Float64Array((count * d * (d + 1)) / 2);
  const crossProduct = new Float64Array(count * d);
  const responseEnergy = new Float64Array(count);
  for (let prompt = 0; prompt < count; prompt++) {
    for (let row = prompt * n; row < prompt * n + (lengths?.[prompt] ?? n); row++) {
      let packed = (prompt * d * (d + 1)) / 2;
      for (let i = 0; i < d; i++) {
        for (let j = 0; j <= i; j++) covariateGram[packed++] += covariates[row * d + i] * covariates[row * d + j];
        crossProduct[prompt * d + i] += covariates[row * d + i] * responses[row];
      }
      responseEnergy[prompt] += responses[row] ** 2;
    }
  }
  const { queryCovariates, queryResponses, dimension, contextLength } = prompts;
  const sums = { covariateGram, crossProduct, responseEnergy };
  return { count, dimension, contextLength, queryCovariates, queryResponses, ...sums, ...(lengths && { lengths }) };
}

function evaluate(one: Recipe, weights: DeepWeights, statistics: ContextStatistics, path: DeepOptions): Evaluated {
  const deep = openDeepOnStatistics(one, path);
  return evaluateInto(weights, (gradient) => deep.lossAndGradient(weights, statistics, gradient));
}

describe("openDeepOnStatistics", () => {
  it("has the loss of attention written out token by token", () => {
    assert(
      property(recipes, (one) => {
        const { weights, prompts } = drawn(one);
        const statistics = statisticsOf(prompts);
        const predictions = predictByTokens(weights, prompts, one.dividesByLength);
        const squares = predictions.map((entry, prompt) => (entry - prompts.queryResponses[prompt]) ** 2);
        const expected = squares.reduce((sum, entry) => sum + entry, 0) / one.count;
        // Absolute values of rows bound more than those of G.
        const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
        const sizes = { covariates: absolute(prompts.covariates), responses: absolute(prompts.responses) };
        const [scale] = scaleOnStatistics(weights, statisticsOf({ ...prompts, ...sizes }), one.dividesByLength);
        const many =
          roundings(one.dimension + 1, one.layers, one.count) + 2 * one.layers * 3 ** one.layers * one.contextLength;
        for (const path of [{}, { engine: "twin" }] as const) {
          const [loss] = evaluate(one, weights, statistics, path);
          expect(Math.abs(loss - expected)).toBeLessThanOrEqual(many * 2 ** -53 * scale);
        }
      }),
    );
  });

  it("agrees with its twin, in float64 and in float32", () => {
    assert(
      property(recipes, (one) => {
        const { weights, prompts } = drawn(one);
        const statistics = statisticsOf(prompts);
        const expected = evaluate(one, weights, statistics, { engine: "twin" });
        const scale = scaleOnStatistics(weights, statistics, one.dividesByLength);
        const many = roundings(one.dimension + 1, one.layers, one.count);
        for (const [precision, unitRoundoff] of [
          ["float64", 2 ** -53],
          ["float32", 2 ** -24],
        ] as const) {
          const actual = evaluate(one, weights, statistics, { precision });
          const excess = actual.map((entry, at) => Math.abs(entry - expected[at]) - many * unitRoundoff * scale[at]);
          expect(Math.max(...excess)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  it("sums in float64 from the start where float32 would lose products of contexts, whatever the scale of queries", () => {
    const one = {
      layers: 2,
      dimension: 2,
      contextLength: 3,
      count: 100,
      seed: 0,
      varies: false,
      dividesByLength: true,
    };
    const { weights, prompts } = drawn(one);
    const scaled = (values: Float64Array): Float64Array => values.map((entry) => 1e-22 * entry);
    const { covariates, responses } = prompts;
    const statistics = statisticsOf({ ...prompts, covariates: scaled(covariates), responses: scaled(responses) });
    expect(evaluate(one, weights, statistics, { precision: "float32" })).toEqual(
      evaluate(one, weights, statistics, { precision: "float64" }),
    );
  });
});
