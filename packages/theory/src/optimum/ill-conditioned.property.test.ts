import { covariance, frobeniusNorm, matrix, scale, subtract, type Covariance, type Matrix } from "@onestep/core";
import { anyOrthogonal } from "@onestep/testkit";
import { assert, double, integer, property, record } from "fast-check";
import { expect, test } from "vitest";
import { gaussianFourthMoment } from "../moments/fourth-moment.ts";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { linearMoments } from "../moments/linear.ts";
import { multiHeadOptimum } from "./multi-head.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { optimalStep } from "./step.ts";

/** QᵀΛQ, its mirror entries equal to the last bit. */
function rotated(basis: Matrix, eigenvalues: readonly number[]): Covariance {
  const d = eigenvalues.length;
  const result = matrix(d, d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j <= i; j++) {
      const entry = eigenvalues.reduce(
        (sum, value, k) => sum + basis.values[k * d + i] * value * basis.values[k * d + j],
        0,
      );
      result.values[i * d + j] = entry;
      result.values[j * d + i] = entry;
    }
  }
  return covariance(result);
}

test("Theorem 2 holds in any basis up to condition 1e12: Γ = ηΣ⁻¹, at the loss of Theorem 1", () => {
  const anyLaw = integer({ min: 2, max: 6 }).chain((d) =>
    record({ basis: anyOrthogonal(d), decades: double({ min: 0, max: 12, noNaN: true }) }),
  );
  assert(
    property(anyLaw, ({ basis, decades }) => {
      const d = basis.rows;
      const eigenvalues = Array.from({ length: d }, (_, i) => 10 ** ((-decades * i) / (d - 1)));
      const covariates = rotated(basis, eigenvalues);
      const inverse = rotated(
        basis,
        eigenvalues.map((value) => 1 / value),
      );
      const setting = { contextLength: 20, covariates, tasks: inverse, noiseVariance: 0.1 };
      const stepSize = 1 / (20 + d + 1 + 0.1);
      const loss = d + 0.1 - 20 * d * stepSize;
      // Σ and Ω are each rounded once, so that ΣΩ = I holds to about d·cond·u, and so do step and loss.
      const tolerance = 64 * d * 10 ** decades * 2 ** -53;

      const closed = optimalPreconditioner(setting).value;
      const expected = scale(inverse.matrix, stepSize);
      expect(frobeniusNorm(subtract(closed, expected))).toBeLessThanOrEqual(
        Math.max(tolerance, 1e-12) * frobeniusNorm(expected),
      );
      const engine = optimalStep(gaussianLinearMoments(setting)).value;
      const within = Math.max(tolerance, 1e-12) * (d + 0.1);
      expect(Math.abs(engine.loss - loss)).toBeLessThanOrEqual(within);

      const rows = linearMoments({
        contextLength: 20,
        covariates: covariates.matrix,
        tasks: inverse.matrix,
        fourthMoment: gaussianFourthMoment(covariates.matrix, inverse.matrix),
        noiseVariance: 0.1,
      });
      expect(Math.abs(optimalStep(rows).value.loss - loss)).toBeLessThanOrEqual(within);
      const heads = multiHeadOptimum({ ...setting, taskMean: new Float64Array(d) }).value;
      expect(Math.abs(heads.preconditionerOnly - loss)).toBeLessThanOrEqual(within);
      expect(Math.abs(heads.unconstrained - loss)).toBeLessThanOrEqual(within);
    }),
    { numRuns: 60 },
  );
});
