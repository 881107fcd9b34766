import { diagonal, DomainError, isotropic, matrix, NumericalError, ShapeError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { populationLoss } from "./population-loss.ts";
import type { GaussianLinearPopulation } from "./task-moments.ts";

const law: GaussianLinearPopulation = {
  contextLength: 3,
  covariates: isotropic(1),
  tasks: isotropic(1),
  noiseVariance: 0.5,
};
/** Γ = 0.1, no even part. */
const step = { keyQuery: matrix(2, 2, [0.1, 0, 0, 0]), valueProjection: matrix(2, 1, [0, 1]) };

describe("populationLoss", () => {
  it("is right on a law worked by hand", () => {
    // d = 1, Σ = Ω = 1: E b² = n(n+1) + n(1+σ²) = 16.5, E[y_q x_q b] = n, E y² = 1.5.
    const { loss, oddEnergy, evenEnergy } = populationLoss(law, step);
    expect(oddEnergy).toBeCloseTo(0.165, 15);
    expect(loss).toBeCloseTo(1.5 - 2 * 0.1 * 3 + 0.165, 15);
    expect(evenEnergy).toBe(0);
  });

  it("of the layer that does nothing is the variance of the response", () => {
    const silent = { keyQuery: matrix(2, 2), valueProjection: matrix(2, 1) };
    expect(populationLoss(law, silent)).toEqual({ loss: 1.5, oddEnergy: 0, evenEnergy: 0 });
    expect(populationLoss({ ...law, taskMean: Float64Array.of(2) }, silent).loss).toBe(5.5);
  });

  it("needs no noise and no spread of the tasks: the limits are laws like any other", () => {
    const certain = { ...law, noiseVariance: 0, tasks: isotropic(1, 0), taskMean: Float64Array.of(2) };
    // w = 2 for certain: b = 2S, E S = 3, E S² = 15, so E(0.1·2·S − 2)² = 4·(0.15 − 0.6 + 1).
    expect(populationLoss(certain, step).loss).toBeCloseTo(2.2, 14);
  });

  it("refuses what does not fit together", () => {
    expect(() => populationLoss({ ...law, covariates: isotropic(2), tasks: isotropic(2) }, step)).toThrow(ShapeError);
    expect(() => populationLoss({ ...law, tasks: isotropic(2) }, step)).toThrow(ShapeError);
    expect(() => populationLoss({ ...law, taskMean: Float64Array.of(1, 2) }, step)).toThrow(ShapeError);
  });

  it("refuses a task mean that is none, and says where the loss overflows", () => {
    expect(() => populationLoss({ ...law, taskMean: Float64Array.of(NaN) }, step)).toThrow(/taskMean: expected finite/);
    const huge = { keyQuery: diagonal([1e200, 0]), valueProjection: matrix(2, 1, [0, 1e200]) };
    expect(() => populationLoss(law, huge)).toThrow(NumericalError);
  });

  it("refuses a context of no pairs, and a noise variance that is none", () => {
    for (const contextLength of [0, -1, 2.5, NaN]) {
      expect(() => populationLoss({ ...law, contextLength }, step)).toThrow(DomainError);
    }
    for (const noiseVariance of [-1, NaN, Infinity]) {
      expect(() => populationLoss({ ...law, noiseVariance }, step)).toThrow(DomainError);
    }
  });
});
