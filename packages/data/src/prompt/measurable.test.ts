import { NumericalError, type PromptBatch } from "@onestep/core";
import { expect, it } from "vitest";
import { requireMeasurable } from "./measurable.ts";

const batchOf = (covariates: number[], responses: number[], queryCovariates = [1, 1, 1, 1]): PromptBatch => ({
  count: 2,
  contextLength: 1,
  dimension: 2,
  covariates: Float64Array.from(covariates),
  responses: Float64Array.from(responses),
  queryCovariates: Float64Array.from(queryCovariates),
  queryResponses: new Float64Array(2),
});

it.each([
  ["ordinary ones", batchOf([1, 2, 3, 4], [5, 6])],
  ["a small number beside others", batchOf([1e-200, 2, 3, 4], [5, 6])],
  ["zeros", batchOf([0, 2, 0, 4], [0, 0], [0, 1, 0, 1])],
])("lets prompts of moderate size pass: %s", (_, prompts) => {
  expect(() => requireMeasurable("prompts", prompts)).not.toThrow();
});

it.each([
  ["prompts, x2 of prompt 1", batchOf([1, 2, 3, -4e200], [5, 6]), "got -4e+200"],
  ["prompts, x1 of prompt 0", batchOf([1, 2, 3, 4], [5, 6], [2e30, 1, 1, 1]), "got 2e+30"],
  ["prompts, y of prompt 1", batchOf([1, 2, 3, 4], [5, 6e40]), "got 6e+40"],
  ["prompts, y", batchOf([1, 2, 3, 4], [5e-200, 0]), "got 5e-200"],
  ["prompts, x1", batchOf([1e-31, 2, 2e-31, 4], [5, 6], [0, 1, 0, 1]), "got 2e-31"],
])("refuses other units, and names the place: %s", (where, prompts, arrived) => {
  const refuse = (): void => requireMeasurable("prompts", prompts);
  expect(refuse).toThrow(NumericalError);
  expect(refuse).toThrow(`${where}: expected numbers whose moments can be computed`);
  expect(refuse).toThrow(arrived);
});
