import { add, maxAbs, outer, toRows } from "@onestep/core";
import {
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  linearTarget,
  promptLaw,
  promptMoments,
  type PromptLaw,
} from "@onestep/data";
import { populationLoss, type GaussianLinearPopulation } from "@onestep/model";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyMatrix,
  anyNoiseVariance,
  anyVector,
  expectClose,
  expectMatrixClose,
} from "@onestep/testkit";
import {
  gaussianPriorMoments,
  liftToLsa,
  multiHeadOptimum,
  optimalStep,
  pretrainingLoss,
  singleHeadOptimum,
} from "@onestep/theory";
import { assert, property, tuple, type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";

const UNIT_ROUNDOFF = 2 ** -53;

const anyPopulation: Arbitrary<Required<GaussianLinearPopulation>> = anyDimension(4).chain((d) =>
  tuple(anyContextLength(), anyCovariance(d), anyCovariance(d), anyVector(d), anyNoiseVariance()).map(
    ([contextLength, covariates, tasks, taskMean, noiseVariance]) => ({
      contextLength,
      covariates,
      tasks,
      taskMean,
      noiseVariance,
    }),
  ),
);

/** What `data` draws prompts from. */
function lawOf({
  contextLength,
  covariates,
  tasks,
  taskMean,
  noiseVariance,
}: Required<GaussianLinearPopulation>): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ covariance: toRows(covariates.matrix) }),
    target: linearTarget({ tasks: gaussianTasks({ covariance: toRows(tasks.matrix), mean: [...taskMean] }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
}

/**
 * Rounding of a moment of the law: sums of at most d⁴ products of n², two entries of Σ and one of Ω + μμᵀ, which pass
 * through at most K = 4d + 16 roundings on either route.
 */
function roundingOf({
  contextLength: n,
  covariates,
  tasks,
  taskMean,
  noiseVariance,
}: Required<GaussianLinearPopulation>): number {
  const d = covariates.dimension;
  const second = maxAbs(add(tasks.matrix, outer(taskMean, taskMean)));
  const sigma = Math.max(1, maxAbs(covariates.matrix));
  const largest = d ** 2 * n * (n + 1) * sigma ** 2 * (second + noiseVariance);
  return 2 * (4 * d + 16) * UNIT_ROUNDOFF * largest;
}

describe("the three witnesses, on any Gaussian linear law", () => {
  it("data and theory agree on the moments, though neither has read the other", () => {
    assert(
      property(anyPopulation, (population) => {
        const [declared, derived] = [promptMoments(lawOf(population)), gaussianPriorMoments(population)];
        const tolerance = roundingOf(population);
        expectMatrixClose(declared.crossMoment, derived.crossMoment, tolerance);
        expect(declared.strata.length).toBe(1);
        expectMatrixClose(declared.strata[0].stepMoment, derived.strata[0].stepMoment, tolerance);
        expectMatrixClose(declared.strata[0].querySecondMoment, derived.strata[0].querySecondMoment, tolerance);
        expectClose(declared.responseSecondMoment, derived.responseSecondMoment, tolerance);
        expect(declared.evenPartDecouples).toBe(derived.evenPartDecouples);
      }),
    );
  });

  it("model and theory agree on the loss of any step: L(liftToLsa(Γ)) = R(Γ)", () => {
    const anyCase = anyPopulation.chain((population) => {
      const d = population.covariates.dimension;
      return anyMatrix(d, d).map((step) => ({ population, step }));
    });
    assert(
      property(anyCase, ({ population, step }) => {
        const moments = promptMoments(lawOf(population));
        const { loss, evenEnergy } = populationLoss(population, liftToLsa(step));
        const d = population.covariates.dimension;
        const tolerance = d ** 4 * Math.max(1, maxAbs(step)) ** 2 * roundingOf(population);
        expect(evenEnergy).toBe(0);
        expectClose(loss, pretrainingLoss(moments, step).value, tolerance);
      }),
    );
  });

  it("the lab reads the law back as it was written, for the exact losses", () => {
    assert(
      property(anyPopulation, (population) => {
        const read = gaussianLinearPopulation(lawOf(population));
        expect(read?.tasks.matrix).toEqual(population.tasks.matrix);
        expect(read?.covariates.matrix).toEqual(population.covariates.matrix);
        expect([...(read?.taskMean ?? [])]).toEqual([...population.taskMean].map((entry) => entry + 0));
        expect([read?.contextLength, read?.noiseVariance]).toEqual([
          population.contextLength,
          population.noiseVariance,
        ]);
      }),
    );
  });

  it("the best single head that theory finds has that very loss in the model, between every head and the best step", () => {
    assert(
      property(anyPopulation, (population) => {
        const head = singleHeadOptimum(population).value;
        const { loss } = populationLoss(population, head.parameters);
        const step = optimalStep(promptMoments(lawOf(population))).value.loss;
        const all = multiHeadOptimum(population).value.unconstrained;
        // Solves with matrices of condition up to about n²·100² stand between the two routes.
        const tolerance = 2 ** -24 * (step + population.noiseVariance);
        expectClose(loss, head.loss, tolerance);
        expect(loss).toBeLessThanOrEqual(step + tolerance);
        expect(loss).toBeGreaterThanOrEqual(all - tolerance);
      }),
      { numRuns: 15 },
    );
  });
});
