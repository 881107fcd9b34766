import { matrix, multiply, transpose, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayerCase, type LayerCase } from "../../tests/any-layer-case.ts";
import { lsaPredictions } from "./twin.ts";

const UNIT_ROUNDOFF = 2 ** -53;

/**
 * The prediction as papers draw it: all n+1 tokens attend, V M Vᵀ `[n+1, n+1]`; the query's own key is masked, and the
 * output is the query's row of values.
 */
function throughFullAttention({ keyQuery, valueProjection, prompts }: LayerCase): Float64Array {
  const { count, contextLength: n, dimension: d, covariates, responses, queryCovariates } = prompts;
  const m = matrix(d + 1, d + 1, keyQuery);
  const u = matrix(d + 1, 1, valueProjection);
  return Float64Array.from({ length: count }, (_, prompt) => {
    const tokens: Matrix = matrix(n + 1, d + 1);
    for (let i = 0; i < n; i++) {
      const at = prompt * n + i;
      tokens.values.set([...covariates.subarray(at * d, (at + 1) * d), responses[at]], i * (d + 1));
    }
    tokens.values.set(queryCovariates.subarray(prompt * d, (prompt + 1) * d), n * (d + 1));
    const attention = multiply(tokens, m, transpose(tokens));
    for (let j = 0; j <= n; j++) attention.values[n * (n + 1) + j] = 0;
    return multiply(transpose(attention), tokens, u).values[n];
  });
}

/** As in the gradient's test: at most K roundings a path, on a sum that the polynomial of absolute values bounds. */
function roundingOf({ keyQuery, valueProjection, prompts }: LayerCase): Float64Array {
  const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
  const bound = throughFullAttention({
    keyQuery: absolute(keyQuery),
    valueProjection: absolute(valueProjection),
    prompts: {
      ...prompts,
      covariates: absolute(prompts.covariates),
      responses: absolute(prompts.responses),
      queryCovariates: absolute(prompts.queryCovariates),
    },
  });
  const roundings = 2 * (prompts.contextLength + 1) + 4 * (prompts.dimension + 1) + 8;
  return bound.map((entry) => 2 * roundings * UNIT_ROUNDOFF * entry);
}

describe("lsaPredictions, on any layer and any prompts", () => {
  it("agrees with attention between all n+1 tokens", () => {
    assert(
      property(anyLayerCase, (one) => {
        const actual = lsaPredictions(one.keyQuery, one.valueProjection, one.prompts);
        const [expected, rounding] = [throughFullAttention(one), roundingOf(one)];
        expect(actual.length).toBe(one.prompts.count);
        actual.forEach((entry, prompt) => expectClose(entry, expected[prompt], rounding[prompt]));
      }),
    );
  });

  it("never reads the query's response nor the dead column", () => {
    assert(
      property(anyLayerCase, (one) => {
        const width = one.prompts.dimension + 1;
        const changed = {
          keyQuery: one.keyQuery.map((entry, at) => (at % width === width - 1 ? NaN : entry)),
          prompts: { ...one.prompts, queryResponses: new Float64Array(one.prompts.count).fill(NaN) },
        };
        const before = lsaPredictions(one.keyQuery, one.valueProjection, one.prompts);
        expect(lsaPredictions(changed.keyQuery, one.valueProjection, changed.prompts)).toEqual(before);
      }),
    );
  });
});
