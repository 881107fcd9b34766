import { childKey, randomKey, subtract, type Matrix } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { estimatePromptMoments } from "./estimate-prompt-moments.ts";
import { promptMoments } from "./prompt-moments.ts";

const key = childKey(randomKey(seedForTests()), "estimated moments");
const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 5,
    covariates: { law: "gaussian", covariance: [2, 1] },
    target: { law: "linear", tasks: { law: "gaussian", mean: 0.5 } },
    noise: { law: "gaussian", variance: 1 },
    ...parts,
  });
const norm = ({ values }: Matrix): number => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0));

const laws: Readonly<Record<string, PromptLaw>> = {
  "linear, with a query of its own": lawOf({ query: { covariates: { law: "gaussian", covariance: [1, 3] } } }),
  "single index, two queries": lawOf({ target: { law: "single-index", link: "relu" }, queries: 2 }),
  "a covariance for each prompt": lawOf({
    covariates: {
      law: "gaussian-prompt-mixture",
      weights: [0.7, 0.3],
      covariances: [
        [1, 2],
        [3, 0.5],
      ],
    },
  }),
  "a random length": lawOf({ contextLength: { law: "uniform", from: 2, to: 8 } }),
};

describe("estimated moments are the declared ones", () => {
  it.each(Object.entries(laws))("%s", (name, law) => {
    const { moments, standardError, count, reached } = estimatePromptMoments(law, {
      key: childKey(key, name),
      precision: 0.01,
    });
    const declared = promptMoments(law);
    expect(reached).toBe(true);
    expect(moments.contextLength).toBe(declared.contextLength);
    expect(moments.evenPartDecouples).toBe(declared.evenPartDecouples);

    const compare = (own: Matrix, error: Matrix, expected: Matrix): void => {
      for (const at of [0, 1, 3]) {
        const estimate = { value: own.values[at], standardError: error.values[at], count };
        expectWithin(estimate, expected.values[at]);
        if (at !== 1) expectRejected(estimate, expected.values[at] * 1.3);
      }
    };
    compare(moments.crossMoment, standardError.crossMoment, declared.crossMoment);
    declared.strata.forEach(({ querySecondMoment, stepMoment, probability }, k) => {
      expect(moments.strata[k].probability).toBe(probability);
      compare(moments.strata[k].stepMoment, standardError.strata[k].stepMoment, stepMoment);
      expect(norm(subtract(moments.strata[k].querySecondMoment, querySecondMoment))).toBeLessThan(0.1);
    });
    const response = { value: moments.responseSecondMoment, standardError: standardError.responseSecondMoment, count };
    expectWithin(response, declared.responseSecondMoment);
    expectRejected(response, declared.responseSecondMoment * 1.2);
  });
});

describe("drawing less", () => {
  const law = lawOf({ noise: { law: "gaussian", variance: 20 } });

  it("gains by pairing prompts of opposite noise", () => {
    const errorOf = (antithetic: boolean): number =>
      norm(estimatePromptMoments(law, { key, limit: 4096, precision: 1e-9, antithetic }).standardError.crossMoment);
    expect(errorOf(true)).toBeLessThan(0.8 * errorOf(false));
  });

  it("knows the difference of two laws of one key better than either law", () => {
    const other = lawOf({ noise: { law: "gaussian", variance: 20.2 } });
    const [one, two] = [law, other].map((each) => estimatePromptMoments(each, { key, limit: 4096, precision: 1e-9 }));
    const gap = norm(subtract(one.moments.crossMoment, two.moments.crossMoment));
    expect(gap).toBeLessThan(0.1 * norm(one.standardError.crossMoment));
  });

  it("stops at the precision asked for, or at the limit, and says which", () => {
    const [coarse, fine] = [0.1, 0.02].map((precision) => estimatePromptMoments(law, { key, precision }));
    expect(fine.count).toBeGreaterThan(coarse.count);
    expect(estimatePromptMoments(law, { key, precision: 1e-6, limit: 5000 })).toMatchObject({
      count: 5000,
      reached: false,
    });
  });
});

it.each([
  ["precision", { precision: 0 }],
  ["limit", { limit: 1 }],
])("refuses a %s that is none", (name, options) => {
  expect(() => estimatePromptMoments(lawOf({}), { key, ...options })).toThrow(`estimatePromptMoments.${name}`);
});

it("refuses covariates whose tails no number of draws can measure", () => {
  const heavy = lawOf({ dimension: 2, covariates: { law: "student", degreesOfFreedom: 4 } });
  expect(() => estimatePromptMoments(heavy, { key })).toThrow("no estimate from draws can be trusted");
});
