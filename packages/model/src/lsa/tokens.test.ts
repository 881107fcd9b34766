import { float64Backend } from "@onestep/core";
import { expect, it } from "vitest";
import { tokensOn } from "./tokens.ts";

it("tokens are the joint columns (xᵢ, yᵢ), and the query's response is hidden behind a zero", () => {
  const { context, query } = tokensOn(float64Backend(), {
    count: 2,
    contextLength: 2,
    dimension: 2,
    covariates: Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8),
    responses: Float64Array.of(10, 20, 30, 40),
    queryCovariates: Float64Array.of(-1, -2, -3, -4),
    queryResponses: Float64Array.of(99, 99),
  });
  expect(context).toEqual({ shape: [2, 2, 3], values: Float64Array.of(1, 2, 10, 3, 4, 20, 5, 6, 30, 7, 8, 40) });
  expect(query).toEqual({ shape: [2, 3], values: Float64Array.of(-1, -2, 0, -3, -4, 0) });
});
