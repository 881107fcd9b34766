import { add, matrix, multiply, multiplyVector, dot, outer, scale, zeros, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayerCase, type LayerCase } from "../../tests/any-layer-case.ts";
import { lsaPredictions } from "../lsa-prediction/twin.ts";
import { lsaLossAndGradient } from "./twin.ts";

const UNIT_ROUNDOFF = 2 ** -53;

interface Evaluation {
  readonly loss: number;
  readonly keyQuery: Matrix;
  readonly valueProjection: Float64Array;
}

/** The loss and its gradient through the Gram matrix G = Σ vᵢvᵢᵀ of each prompt, formed whole. */
function throughGramMatrix({ keyQuery, valueProjection, prompts }: LayerCase): Evaluation {
  const { count, contextLength, dimension, covariates, responses, queryCovariates, queryResponses } = prompts;
  const width = dimension + 1;
  const m = matrix(width, width, keyQuery);
  let loss = 0;
  let keyQueryGradient = zeros(width, width);
  const valueGradient = new Float64Array(width);
  for (let prompt = 0; prompt < count; prompt++) {
    let gram = zeros(width, width);
    for (let token = prompt * contextLength; token < (prompt + 1) * contextLength; token++) {
      const row = Float64Array.of(...covariates.subarray(token * dimension, (token + 1) * dimension), responses[token]);
      gram = add(gram, outer(row, row));
    }
    const query = Float64Array.of(...queryCovariates.subarray(prompt * dimension, (prompt + 1) * dimension), 0);
    const contracted = multiplyVector(multiply(gram, m), query); // G M v_q
    const residual = dot(valueProjection, contracted) - queryResponses[prompt];
    loss += residual ** 2 / count;
    const attended = multiplyVector(gram, valueProjection); // G u
    keyQueryGradient = add(keyQueryGradient, scale(outer(attended, query), (2 * residual) / count));
    contracted.forEach((entry, i) => (valueGradient[i] += (2 * residual * entry) / count));
  }
  return { loss, keyQuery: keyQueryGradient, valueProjection: valueGradient };
}

/**
 * How far two evaluations may be apart: no path from an input to a result has more than K = B + 4(n + 2(d+1)) + 16
 * roundings, each of them relative to a partial sum that the same polynomial of absolute values bounds.
 */
function roundingOf({ keyQuery, valueProjection, prompts }: LayerCase): Evaluation {
  const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
  const bound = throughGramMatrix({
    keyQuery: absolute(keyQuery),
    valueProjection: absolute(valueProjection),
    prompts: {
      ...prompts,
      covariates: absolute(prompts.covariates),
      responses: absolute(prompts.responses),
      queryCovariates: absolute(prompts.queryCovariates),
      queryResponses: prompts.queryResponses.map((entry) => -Math.abs(entry)), // |ŷ − y_q| ≤ |ŷ| + |y_q|
    },
  });
  const roundings = prompts.count + 4 * (prompts.contextLength + 2 * (prompts.dimension + 1)) + 16;
  const factor = 2 * roundings * UNIT_ROUNDOFF;
  return {
    loss: factor * bound.loss,
    keyQuery: scale(bound.keyQuery, factor),
    valueProjection: bound.valueProjection.map((entry) => factor * entry),
  };
}

function evaluate({ keyQuery, valueProjection, prompts }: LayerCase): {
  loss: number;
  keyQuery: Float64Array;
  valueProjection: Float64Array;
} {
  const gradient = {
    keyQuery: new Float64Array(keyQuery.length).fill(NaN),
    valueProjection: new Float64Array(valueProjection.length).fill(NaN),
  };
  return { loss: lsaLossAndGradient(keyQuery, valueProjection, prompts, gradient), ...gradient };
}

describe("lsaLossAndGradient, on any layer and any prompts", () => {
  it("agrees with the Gram matrix written out", () => {
    assert(
      property(anyLayerCase, (one) => {
        const [actual, expected, rounding] = [evaluate(one), throughGramMatrix(one), roundingOf(one)];
        expectClose(actual.loss, expected.loss, rounding.loss);
        actual.keyQuery.forEach((entry, at) =>
          expectClose(entry, expected.keyQuery.values[at], rounding.keyQuery.values[at]),
        );
        actual.valueProjection.forEach((entry, at) =>
          expectClose(entry, expected.valueProjection[at], rounding.valueProjection[at]),
        );
      }),
    );
  });

  it("has a gradient of exactly zero in the dead column, which multiplies the query's hidden response", () => {
    assert(
      property(anyLayerCase, (one) => {
        const width = one.prompts.dimension + 1;
        const dead = evaluate(one).keyQuery.filter((_, at) => at % width === width - 1);
        expect([...dead]).toEqual(Array.from({ length: width }, () => 0));
      }),
    );
  });

  it("reports the loss of the very predictions of lsaPredictions", () => {
    assert(
      property(anyLayerCase, (one) => {
        const { count, queryResponses } = one.prompts;
        const predictions = lsaPredictions(one.keyQuery, one.valueProjection, one.prompts);
        const squares = predictions.reduce((sum, entry, prompt) => sum + (entry - queryResponses[prompt]) ** 2, 0);
        expectClose(evaluate(one).loss, squares / count, roundingOf(one).loss);
      }),
    );
  });
});
