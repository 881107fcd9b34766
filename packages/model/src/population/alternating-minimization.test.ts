import {
  add,
  covariance,
  inverse,
  isotropic,
  matrix,
  matrixFromRows,
  scale,
  DomainError,
  ShapeError,
  traceOfProduct,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyNoiseVariance,
  anyVector,
  expectClose,
  expectMatrixClose,
} from "@onestep/testkit";
import { assert, property, tuple } from "fast-check";
import { describe, expect, it } from "vitest";
import { inducedStep } from "../lsa/induced-step.ts";
import { negativeCurvature } from "../optimizers/negative-curvature.ts";
import { alternatingMinimization, type MinimizationSweep } from "./alternating-minimization.ts";
import { layerOnPopulation } from "./layer-on-population.ts";
import { populationLoss } from "./population-loss.ts";
import type { GaussianLinearPopulation } from "./task-moments.ts";

function lastSweep(law: GaussianLinearPopulation, from: Float64Array): MinimizationSweep {
  const sweeps = [...alternatingMinimization(law, { from })];
  return sweeps[sweeps.length - 1];
}

function silentLayer(dimension: number): LsaParameters<Matrix> {
  return { keyQuery: matrix(dimension + 1, dimension + 1), valueProjection: matrix(dimension + 1, 1) };
}

describe("alternating exact minimisation", () => {
  it("falls at every sweep, and its losses are those of its layers", () => {
    const anyCase = anyDimension(4).chain((d) =>
      tuple(anyCovariance(d), anyCovariance(d), anyVector(d), anyContextLength(), anyNoiseVariance(), anyVector(d)),
    );
    assert(
      property(anyCase, ([covariates, tasks, taskMean, contextLength, noiseVariance, direction]) => {
        const law = { contextLength, covariates, tasks, taskMean, noiseVariance };
        let before = Infinity;
        for (const { loss, parameters } of alternatingMinimization(law, {
          from: Float64Array.of(...direction, 1),
          most: 30,
        })) {
          const exact = populationLoss(law, parameters).loss;
          const silent = populationLoss(law, silentLayer(direction.length)).loss;
          // Two solves with matrices of condition up to about n²·100² stand between the routes.
          const tolerance = 2 ** -24 * silent;
          expectClose(loss, exact, tolerance);
          expect(loss).toBeLessThanOrEqual(Math.min(before, silent) + tolerance);
          before = loss;
        }
      }),
      { numRuns: 40 },
    );
  });

  it.each([
    [5, 20, 0],
    [20, 40, 0.25],
  ])(
    "at d = %d, n = %d, σ² = %d finds Theorem 1 from any u: within 1 % in few sweeps, then to the last digits",
    (d, n, noiseVariance) => {
      const law = { contextLength: n, covariates: isotropic(d), tasks: isotropic(d), noiseVariance };
      const eta = 1 / (n + d + 1 + noiseVariance);
      const distance = ({ parameters }: MinimizationSweep): number => {
        const { preconditioner } = inducedStep(parameters);
        const square = preconditioner.values.reduce(
          (sum, entry, at) => sum + (entry - (at % (d + 1) === 0 ? eta : 0)) ** 2,
          0,
        );
        return Math.sqrt(square / d) / eta;
      };
      for (const seed of [1, 2, 3]) {
        const from = Float64Array.from({ length: d + 1 }, (_, i) => ((i * seed * 7) % 11) - 5.5);
        const sweeps = [...alternatingMinimization(law, { from })];
        expect(sweeps.findIndex((sweep) => distance(sweep) < 0.01)).toBeLessThan(10);
        const last = sweeps[sweeps.length - 1];
        expect(distance(last)).toBeLessThan(1e-7); // the loss is flat to second order
        expectClose(last.loss, d + noiseVariance - (n * d) / (n + d + 1 + noiseVariance), 2 ** -44 * d);
      }
    },
  );

  it("finds the best step of any Σ and Ω, Γ* = [(n+1)Σ + τΩ⁻¹]⁻¹", () => {
    const covariates = covariance(
      matrixFromRows([
        [2, 0.5],
        [0.5, 0.25],
      ]),
    );
    const tasks = covariance(
      matrixFromRows([
        [1, -0.5],
        [-0.5, 2],
      ]),
    );
    const law = { contextLength: 4, covariates, tasks, noiseVariance: 0.25 };
    const tau = traceOfProduct(covariates.matrix, tasks.matrix) + 0.25;
    const best = inverse(add(scale(covariates.matrix, 5), scale(inverse(tasks.matrix), tau)));
    const last = lastSweep(law, Float64Array.of(0.3, -0.2, 1));
    expectMatrixClose(inducedStep(last.parameters).preconditioner, best, 1e-7);
  });

  it("uses the even part where it helps: one head on tasks of mean e₁ has the loss 2.0370", () => {
    const law = {
      contextLength: 5,
      covariates: isotropic(3),
      tasks: isotropic(3),
      taskMean: Float64Array.of(1, 0, 0),
      noiseVariance: 0.3,
    };
    expectClose(lastSweep(law, Float64Array.of(0.1, -0.2, 0.3, 1)).loss, 2.037, 0.5e-4);
  });

  it("needs neither noise nor covariates of full rank nor a signal", () => {
    const flat = covariance(
      matrixFromRows([
        [1, 1],
        [1, 1],
      ]),
    );
    const singular = { contextLength: 4, covariates: flat, tasks: isotropic(2), noiseVariance: 0 };
    // One dimension in disguise: x = z(1, 1), w = w₁ + w₂ of variance 2, L* = 2(1 − 4/6).
    expectClose(lastSweep(singular, Float64Array.of(0.1, 0.2, 1)).loss, 2 / 3, 1e-12);
    const silent = { ...singular, tasks: isotropic(2, 0) };
    expect(lastSweep(silent, Float64Array.of(0.1, 0.2, 1)).loss).toBe(0);
  });

  it("may end in a local minimum at d = 2, a layer of nearly no response: another start does better", async () => {
    const law = { contextLength: 10, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 };
    const caught = lastSweep(law, Float64Array.of(0.1, 1, 0.1));
    const layer = layerOnPopulation(law);
    const objective = (position: Float64Array) => layer.lossAndGradient(position, undefined);
    expect(await negativeCurvature(objective, layer.pack(caught.parameters))).toBeUndefined();
    const best = 2 - (10 * 2) / (10 + 2 + 1);
    expect(caught.loss).toBeGreaterThan(2 * best);
    expectClose(lastSweep(law, Float64Array.of(0.1, 1, 1)).loss, best, 1e-13);
  });

  it("refuses a u of another dimension or no numbers, and a number of sweeps that is none", () => {
    const law = { contextLength: 4, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 };
    expect(() => [...alternatingMinimization(law, { from: new Float64Array(2) })]).toThrow(ShapeError);
    expect(() => [...alternatingMinimization(law, { from: Float64Array.of(NaN, 1, 1) })]).toThrow(DomainError);
    for (const most of [NaN, 0, 1.5]) {
      expect(() => [...alternatingMinimization(law, { from: new Float64Array(3).fill(1), most })]).toThrow(DomainError);
    }
  });
});
