import { expect, test } from "vitest";
import { interleavedTokens, jointTokens } from "./token-layouts.ts";

/** Two prompts of two pairs and two queries in one dimension. */
const prompts = {
  count: 2,
  contextLength: 2,
  dimension: 1,
  queries: 2,
  covariates: Float64Array.of(1, 2, 3, 4),
  responses: Float64Array.of(10, 20, 30, 40),
  queryCovariates: Float64Array.of(5, 6, 7, 8),
  queryResponses: Float64Array.of(50, 60, 70, 80),
};

test("joint tokens hold a covariate with its response, and queries without", () => {
  const { values, ...shape } = jointTokens(prompts);
  expect(shape).toEqual({ count: 2, length: 4, width: 2 });
  expect([...values]).toEqual([1, 10, 2, 20, 5, 0, 6, 0, 3, 30, 4, 40, 7, 0, 8, 0]);
});

test("interleaved tokens hold covariates and responses in turn", () => {
  const { values, ...shape } = interleavedTokens(prompts);
  expect(shape).toEqual({ count: 2, length: 6, width: 2 });
  expect([...values]).toEqual([1, 0, 0, 10, 2, 0, 0, 20, 5, 0, 6, 0, 3, 0, 0, 30, 4, 0, 0, 40, 7, 0, 8, 0]);
});
