import { isotropic, type Estimate } from "@onestep/core";
import {
  defineCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  parsePromptLaw,
  promptLaw,
  type PromptLaw,
} from "@onestep/data";
import { bayesRisk } from "@onestep/theory";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { sampledBayesRisk } from "./sampled-bayes-risk.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 8,
    dimension: 4,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.5 },
    ...parts,
  });
const estimateOf = (law: PromptLaw, tasks = isotropic(4)): Estimate => {
  const { value, hypotheses } = sampledBayesRisk(law, tasks, seedForTests());
  const count = Number(/over (\d+) sampled/.exec(hypotheses.at(-1)!)![1]);
  return { value: value.estimate, standardError: value.standardError, count };
};
const exact = (contextLength: number, noiseVariance: number): number =>
  bayesRisk({ contextLength, dimension: 4, noiseVariance }).value;

describe("the sampled Bayes risk", () => {
  test("agrees with the exact one, and notices one row more or less", () => {
    const estimate = estimateOf(lawOf({}));
    expectWithin(estimate, exact(8, 0.5));
    for (const wrong of [7, 9]) expectRejected(estimate, exact(wrong, 0.5));
  });

  test("is the limit without noise where the context leaves directions unseen", () => {
    const estimate = estimateOf(lawOf({ contextLength: 2, noise: { law: "none" } }));
    expectWithin(estimate, 2);
    expectRejected(estimate, exact(2, 0.01));
  });

  test("weighs what is left unknown by the query's own covariance", () => {
    const estimate = estimateOf(lawOf({ query: { covariates: { law: "gaussian", covariance: [3, 1, 1, 1] } } }));
    const excess = exact(8, 0.5) - 0.5;
    expectWithin(estimate, 0.5 + 1.5 * excess);
    expectRejected(estimate, 0.5 + excess);
  });

  test("is exact where every context is as informative: covariates ±2", () => {
    const signs = defineCovariates({
      name: "signs",
      summary: "±2",
      parameters: {},
      covariance: ({ dimension }) => isotropic(dimension, 4),
      declares: { centered: true, invariance: "signed-permutations" },
      draw: () => (stream, count, into, offset) => {
        for (let at = offset; at < offset + count; at++) into[at] = 2 * stream.sign();
      },
    });
    const law = promptLaw({
      contextLength: 3,
      covariates: signs({ dimension: 1 }),
      target: linearTarget({ tasks: gaussianTasks({ dimension: 1 }) }),
      noise: gaussianNoise({ variance: 0.5 }),
    });
    expectWithin(estimateOf(law, isotropic(1)), 0.5 + 4 / (1 + 12 / 0.5));
  });

  test("is the same for the same seed and another for another", () => {
    const risk = (seed: number): number => sampledBayesRisk(lawOf({}), isotropic(4), seed).value.estimate;
    expect(risk(3)).toBe(risk(3));
    expect(risk(3)).not.toBe(risk(4));
  });
});
