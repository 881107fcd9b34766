import { describe, expect, it } from "vitest";
import { lsaLossAndGradient } from "./twin.ts";

/** v₁ = (2, 3), x_q = 5, y_q = 7: one prompt of one pair in one dimension. */
const prompts = {
  count: 1,
  contextLength: 1,
  dimension: 1,
  covariates: Float64Array.of(2),
  responses: Float64Array.of(3),
  queryCovariates: Float64Array.of(5),
  queryResponses: Float64Array.of(7),
};

describe("lsaLossAndGradient", () => {
  it("is right on a prompt worked by hand, and overwrites what the buffers held", () => {
    // M v_q = (5, −5), ⟨M v_q, v₁⟩ = −5, u = (1, 2), ⟨u, v₁⟩ = 8: ŷ = −40 and r = −47.
    const gradient = { keyQuery: new Float64Array(4).fill(9), valueProjection: new Float64Array(2).fill(9) };
    const loss = lsaLossAndGradient(Float64Array.of(1, 100, -1, 100), Float64Array.of(1, 2), prompts, gradient);
    expect(loss).toBe(47 ** 2);
    expect([...gradient.keyQuery]).toEqual([2 * -47 * 16 * 5, 0, 2 * -47 * 24 * 5, 0]);
    expect([...gradient.valueProjection]).toEqual([2 * -47 * -10, 2 * -47 * -15]);
  });

  it("leaves the parameters and the prompts as they were", () => {
    const keyQuery = Float64Array.of(1, 2, 3, 4);
    const valueProjection = Float64Array.of(5, 6);
    const before = JSON.stringify([prompts, keyQuery, valueProjection]);
    lsaLossAndGradient(keyQuery, valueProjection, prompts, {
      keyQuery: new Float64Array(4),
      valueProjection: new Float64Array(2),
    });
    expect(JSON.stringify([prompts, keyQuery, valueProjection])).toBe(before);
  });

  it("averages over the prompts: a batch of equal prompts has the loss and the gradient of one", () => {
    const twice = (values: Float64Array): Float64Array => Float64Array.of(...values, ...values);
    const pair = {
      ...prompts,
      count: 2,
      covariates: twice(prompts.covariates),
      responses: twice(prompts.responses),
      queryCovariates: twice(prompts.queryCovariates),
      queryResponses: twice(prompts.queryResponses),
    };
    const [one, two] = [prompts, pair].map((batch) => {
      const gradient = { keyQuery: new Float64Array(4), valueProjection: new Float64Array(2) };
      const loss = lsaLossAndGradient(Float64Array.of(1, 2, 3, 4), Float64Array.of(5, 6), batch, gradient);
      return { loss, gradient };
    });
    expect(two).toEqual(one);
  });
});
