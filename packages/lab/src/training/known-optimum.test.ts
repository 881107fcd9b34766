import { parsePromptLaw, promptMoments } from "@onestep/data";
import { expectClose } from "@onestep/testkit";
import { optimalStep } from "@onestep/theory";
import { expect, it } from "vitest";
import type { TrainingConfig } from "./config.ts";
import { knownOptimum, type KnownOptimum } from "./known-optimum.ts";

const lawOf = (mean: number, covariance: number | number[] = [2, 1]) =>
  parsePromptLaw({
    contextLength: 6,
    dimension: 2,
    covariates: { law: "gaussian", covariance },
    target: { law: "linear", tasks: { law: "gaussian", mean } },
    noise: { law: "gaussian", variance: 0.25 },
  });
const known = (mean: number, model: Partial<TrainingConfig["model"]>): KnownOptimum | undefined => {
  const law = lawOf(mean);
  const one = { family: "full", layers: 1, heads: 1, ...model } as TrainingConfig["model"];
  return knownOptimum(law, one, promptMoments(law));
};
const stepLoss = (mean: number): number => optimalStep(promptMoments(lawOf(mean))).value.loss;

it("one full layer has the best step as its minimum where tasks have no mean, and beats it where they have one", () => {
  const centered = known(0, {});
  expect(centered?.attains).toBe("minimum");
  expectClose(centered!.loss, stepLoss(0), 1e-12);
  expect(centered?.preconditioner).toBeDefined();

  const tilted = known(1, {});
  expect(tilted?.attains).toBe("best-known");
  expect(tilted!.loss).toBeLessThan(0.99 * stepLoss(1));
  expect(tilted?.preconditioner).toBe(undefined);
});

it("layers that are a step alone have the best one, means or none", () => {
  const sparse = known(1, { family: "sparse" });
  expect(sparse?.attains).toBe("minimum");
  expectClose(sparse!.loss, stepLoss(1), 1e-12);
});

it("nothing is known of two heads on tasks with a mean, nor of full models that are deeper than the search", () => {
  expect(known(1, { heads: 2 })).toBe(undefined);
  const deep = (family: TrainingConfig["model"]["family"]) =>
    knownOptimum(lawOf(0, 1), { family, layers: 6, heads: 1 }, undefined);
  expect(deep("full")).toBe(undefined);
  expect(deep("sparse")?.attains).toBe("best-known");
});
