import { describe, expect, it } from "vitest";
import { DomainError, ShapeError } from "../errors.ts";
import { checkContextStatistics, checkPrompts } from "./check-prompts.ts";

const queries = {
  count: 2,
  contextLength: 3,
  dimension: 2,
  queryCovariates: new Float64Array(4),
  queryResponses: new Float64Array(2),
};
const prompts = { ...queries, covariates: new Float64Array(12), responses: new Float64Array(6) };
const statistics = {
  ...queries,
  covariateGram: new Float64Array(6),
  crossProduct: new Float64Array(4),
  responseEnergy: new Float64Array(2),
};

const numbers = ["covariates", "responses", "queryCovariates", "queryResponses"] as const;
const sums = ["covariateGram", "crossProduct", "responseEnergy", "queryCovariates", "queryResponses"] as const;

describe("checkPrompts", () => {
  it("lets prompts through, of one query or several, of one length or several", () => {
    checkPrompts("reader", prompts);
    checkPrompts("reader", { ...prompts, lengths: Int32Array.of(1, 3) });
    checkPrompts("reader", {
      ...prompts,
      queries: 2,
      queryCovariates: new Float64Array(8),
      queryResponses: new Float64Array(4),
    });
    expect(() => checkPrompts("reader", { ...prompts, queries: 2 })).toThrow(ShapeError);
  });

  it.each(numbers)("refuses %s of another size, and one that is missing", (name) => {
    for (const length of [0, prompts[name].length - 1, prompts[name].length + 1]) {
      expect(() => checkPrompts("reader", { ...prompts, [name]: new Float64Array(length) })).toThrow(ShapeError);
    }
    const broken = { ...prompts, [name]: prompts[name].slice().fill(NaN, 1, 2) };
    expect(() => checkPrompts("reader", broken)).toThrow(
      `reader: ${name}: expected finite numbers; got NaN at position 1`,
    );
    const infinite = { ...prompts, [name]: prompts[name].slice().fill(-Infinity, 1, 2) };
    expect(() => checkPrompts("reader", infinite)).toThrow(DomainError);
  });

  it("refuses sizes and lengths that are none", () => {
    for (const size of [0, -1, 1.5, NaN]) {
      for (const name of ["count", "contextLength", "dimension"]) {
        expect(() => checkPrompts("reader", { ...prompts, [name]: size })).toThrow(ShapeError);
      }
    }
    for (const lengths of [Int32Array.of(0, 3), Int32Array.of(3, 4), Int32Array.of(-1, 2)]) {
      expect(() => checkPrompts("reader", { ...prompts, lengths })).toThrow(
        /reader: lengths: expected context lengths from 1/,
      );
    }
    expect(() => checkPrompts("reader", { ...prompts, lengths: Int32Array.of(3) })).toThrow(ShapeError);
  });
});

describe("checkContextStatistics", () => {
  it("lets statistics through, with S or without", () => {
    checkContextStatistics("reader", statistics);
    checkContextStatistics("reader", { ...statistics, covariateGram: new Float64Array(0) });
  });

  it.each(sums)("refuses %s of another size, and one that is missing", (name) => {
    expect(() => checkContextStatistics("reader", { ...statistics, [name]: new Float64Array(1) })).toThrow(ShapeError);
    const broken = { ...statistics, [name]: statistics[name].slice().fill(NaN, 1, 2) };
    expect(() => checkContextStatistics("reader", broken)).toThrow(/finite numbers; got NaN at position 1/);
  });

  it("refuses a context of no length", () => {
    for (const contextLength of [0, 2.5, NaN]) {
      expect(() => checkContextStatistics("reader", { ...statistics, contextLength })).toThrow(DomainError);
    }
  });
});
