import {
  add,
  conditionNumber,
  identity,
  inverse,
  isotropic,
  maxAbs,
  multiply,
  scale,
  subtract,
  trace,
} from "@onestep/core";
import { promptMoments } from "@onestep/data";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { bestStepSize, optimalStep, singleHeadOptimum, stepSizeOf } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { experiments } from "../catalogue.ts";
import type { ExperimentSettings, Trial } from "../experiment.ts";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import { tolerances } from "../trial-claims.ts";
import { ahnTheorem1 } from "./ahn-theorem-1.ts";
import { theorem1 } from "./theorem-1.ts";
import { theorem2 } from "./theorem-2.ts";
import { theorem3 } from "./theorem-3.ts";
import { tiltedCovariance } from "./tilted-covariance.ts";

const settings: readonly ExperimentSettings[] = [
  {},
  { dimension: 1, contextLength: 1, noiseVariance: 0 },
  { dimension: 2, contextLength: 5 },
  { dimension: 6, contextLength: 3, noiseVariance: 2 },
];
const trials: readonly Trial[] = settings.flatMap((chosen) =>
  experiments.flatMap((experiment) => experiment.trials(chosen)),
);

/** What the solves that lead to Γ* may lose, relative to its largest entry, with covariances of condition ≤ 64. */
const SOLVE_ERROR = 2 ** -53 * 2 ** 16;

describe("the catalogue", () => {
  it("holds the four experiments in the order of the papers, with trials of one name each", () => {
    expect(experiments.map(({ id }) => id)).toEqual(["thm1", "thm2", "thm3", "ahn1"]);
    const ids = experiments.flatMap((experiment) => experiment.trials({}).map(({ id }) => id));
    expect(ids).toEqual(["thm1", "thm2", "thm3/sign", "thm3/relu", "thm3/tanh", "thm3/shifted", "ahn1"]);
  });

  it.each(trials.map((trial) => [`${trial.id}: ${trial.title}`, trial] as const))(
    "%s: predicts what the moments of its own law say",
    (_, { law, prediction, stepUnit }) => {
      const best = optimalStep(promptMoments(law)).value.preconditioner;
      const predicted = (prediction ?? optimumOfLaw(law).preconditioner).value;
      expectMatrixClose(predicted, best, SOLVE_ERROR * maxAbs(best));
      // The unit in which the step is one number is that of the prediction, where the symmetry holds.
      if (promptMoments(law).evenPartDecouples !== "proved" || stepUnit === "none") return;
      const unit = stepUnit === "identity" ? predicted : multiply(predicted, law.covariates.covariance.matrix);
      const stepSize = trace(unit) / law.dimension;
      expectMatrixClose(unit, scale(identity(law.dimension), stepSize), SOLVE_ERROR * stepSize * 8);
    },
  );

  it.each(experiments.map((experiment) => [experiment.id, experiment] as const))(
    "%s: gives its laws the dimension, context length and noise that it is told, and keeps its defaults otherwise",
    (_, experiment) => {
      for (const { law, title } of experiment.trials({ dimension: 2, contextLength: 9, noiseVariance: 0.5 })) {
        expect([law.dimension, law.contextLength, law.noise.variance]).toEqual([2, 9, 0.5]);
        expect(title).toMatch(/d = 2, n = 9, σ² = 0.5/);
      }
      const defaults = (chosen: ExperimentSettings) =>
        experiment.trials(chosen).map(({ law }) => [law.dimension, law.contextLength, law.noise.variance]);
      expect(defaults({ dimension: undefined, contextLength: undefined, noiseVariance: undefined })).toEqual(
        defaults({}),
      );
    },
  );
});

describe("Theorem 1", () => {
  const [{ law, prediction }] = theorem1.trials({});

  it("is about isotropic Gaussian covariates and tasks", () => {
    const population = gaussianLinearPopulation(law);
    expect(population?.covariates.matrix).toEqual(isotropic(5).matrix);
    expect(population?.tasks.matrix).toEqual(isotropic(5).matrix);
    expect([...(population?.taskMean ?? [1])]).toEqual([0, 0, 0, 0, 0]);
    expect([population?.contextLength, population?.noiseVariance]).toEqual([20, 0.25]);
  });

  it("predicts η = 1/(n + d + 1 + σ²), and says from where", () => {
    expect(prediction?.value).toEqual(scale(identity(5), 1 / 26.25));
    expect(prediction?.source).toMatchObject({ key: "mahankali-2023", locator: "Theorem 1" });
  });
});

describe("Theorem 2", () => {
  const [{ law, prediction }] = theorem2.trials({});
  const population = gaussianLinearPopulation(law);

  it("is about covariates of an anisotropic Σ and tasks of covariance Σ⁻¹", () => {
    const { covariates, tasks } = population ?? { covariates: isotropic(4), tasks: isotropic(4) };
    expectMatrixClose(multiply(covariates.matrix, tasks.matrix), identity(4), 2 ** -53 * 512);
    expectClose(conditionNumber(covariates), 8, 2 ** -53 * 512);
    expect(population?.taskMean.every((entry) => entry === 0)).toBe(true);
  });

  it("predicts Γ = ηΣ⁻¹ with the η of Theorem 1", () => {
    const stepSize = 1 / (20 + 4 + 1 + 0.25);
    const expected = scale(inverse(law.covariates.covariance.matrix), stepSize);
    expectMatrixClose(prediction?.value ?? identity(4), expected, SOLVE_ERROR * maxAbs(expected));
  });
});

describe("Theorem 1 of 2306.00297", () => {
  const [{ law, prediction }] = ahnTheorem1.trials({});

  it("is about an anisotropic Σ, isotropic tasks and no noise", () => {
    const population = gaussianLinearPopulation(law);
    expect(population?.tasks.matrix).toEqual(isotropic(4).matrix);
    expect(population?.noiseVariance).toBe(0);
    expectClose(conditionNumber(law.covariates.covariance), 4, 2 ** -53 * 512);
  });

  it("predicts Γ = ((n + 1)Σ + tr(Σ) I)⁻¹, which is neither ηI nor ηΣ⁻¹", () => {
    const sigma = law.covariates.covariance.matrix;
    const expected = inverse(add(scale(sigma, 21), scale(identity(4), trace(sigma))));
    expectMatrixClose(prediction?.value ?? identity(4), expected, SOLVE_ERROR * maxAbs(expected));
    expect(stepSizeOf(expected)).toBeNull();
    expect(stepSizeOf(multiply(expected, sigma))).toBeNull();
  });
});

describe("Theorem 3", () => {
  const symmetric = theorem3.trials({}).filter(({ id }) => id !== "thm3/shifted");
  const shifted = theorem3.trials({}).filter(({ id }) => id === "thm3/shifted");

  it("is about nonlinear targets of a law that no rotation changes", () => {
    expect(symmetric.map(({ law }) => law.target.name)).toEqual(["single-index", "random-sign", "single-index"]);
    for (const { law } of symmetric) {
      expect(law.covariates.covariance.matrix).toEqual(isotropic(3).matrix);
      expect(promptMoments(law).evenPartDecouples).toBe("proved");
      expect(gaussianLinearPopulation(law)).toBeUndefined();
      expect(stepSizeOf(optimumOfLaw(law).preconditioner.value)).toBeGreaterThan(0);
    }
  });

  it("predicts η = c₁²/(b₂ + (d−1)a + σ²d + (n−1)c₁²) for the sign, c₁² = 2/π", () => {
    const [{ law }] = symmetric;
    // theory.md c.2: a = b₂ = 1.
    const expected = 2 / Math.PI / (1 + 2 + 19 * (2 / Math.PI));
    expectClose(stepSizeOf(optimumOfLaw(law).preconditioner.value) ?? 0, expected, 2 ** -53 * 64);
  });

  it("breaks the symmetry by tasks with a mean, on a law where leaving gradient descent pays", () => {
    expect(shifted.length).toBe(1);
    const [{ law }] = shifted;
    const population = gaussianLinearPopulation(law);
    expect([...(population?.taskMean ?? [])]).toEqual([2, 0, 0]);
    const moments = promptMoments(law);
    expect(moments.evenPartDecouples).toBe("not known");
    expect(optimumOfLaw(law).attains).toBe("best-step");
    // The trained layer must tell the three losses apart, by more than the tolerance of its claims.
    const head = population === undefined ? Infinity : singleHeadOptimum(population).value.loss;
    const [step, scalar] = [optimalStep(moments).value.loss, bestStepSize(moments).value.loss];
    expect(step / head).toBeGreaterThan(1 + 2 * tolerances.excessLoss);
    expect(scalar / step).toBeGreaterThan(1 + 2 * tolerances.excessLoss);
  });
});

describe("tiltedCovariance", () => {
  it("has a geometric spectrum and prefers no axis", () => {
    const { matrix } = tiltedCovariance(4, 1 / 8);
    expectClose(trace(matrix), 1 + 1 / 2 + 1 / 4 + 1 / 8, 2 ** -53 * 64);
    expect(matrix.values.every((entry) => Math.abs(entry) > 0.01)).toBe(true);
    const unit = subtract(matrix, identity(4));
    expect(maxAbs(unit)).toBeGreaterThan(0.1);
  });

  it("is 1 in one dimension", () => {
    expect([...tiltedCovariance(1, 1 / 8).matrix.values]).toEqual([1]);
  });
});
