import {
  covariance,
  diagonal,
  isotropic,
  matrix,
  multiply,
  subtract,
  transpose,
  maxAbs,
  type Matrix,
} from "@onestep/core";
import { anyCovariance, anyNoiseVariance, anyOrthogonal, expectClose } from "@onestep/testkit";
import { assert, integer, property, record } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { pretrainingLoss } from "../risk/pretraining-loss.ts";
import { optimalPreconditionerLoss } from "./preconditioner-loss.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { optimalStepLoss } from "./step-size.ts";
import { optimalStep } from "./step.ts";

const anySetting = integer({ min: 1, max: 6 }).chain((d) =>
  record({
    contextLength: integer({ min: 1, max: 200 }),
    covariates: anyCovariance(d),
    tasks: anyCovariance(d),
    noiseVariance: anyNoiseVariance(),
  }),
);

describe("optimalPreconditionerLoss", () => {
  test("is the loss of the universal engine, and of optimalPreconditioner", () => {
    assert(
      property(anySetting, (setting) => {
        const moments = gaussianLinearMoments(setting);
        const { value } = optimalPreconditionerLoss(setting);
        const size = moments.responseSecondMoment;
        expectClose(optimalStep(moments).value.loss, value, 2 ** -40 * size);
        expectClose(pretrainingLoss(moments, optimalPreconditioner(setting).value).value, value, 2 ** -40 * size);
      }),
    );
  });

  test("is Theorem 1 on isotropic prompts, at every length", () => {
    for (const contextLength of [1, 20, 1_000_000, 1e15]) {
      const theorem = optimalStepLoss({ contextLength, dimension: 7, noiseVariance: 0.3, taskVariance: 2 }).value;
      const setting = { contextLength, covariates: isotropic(7), tasks: isotropic(7, 2), noiseVariance: 0.3 };
      expectClose(optimalPreconditionerLoss(setting).value, theorem, 8 * Number.EPSILON * theorem);
    }
  });

  test("keeps its digits at n = 10⁶ and condition 10¹²: τ − Σ nt²/((n+1)t + τ) in exact integers", () => {
    const powers = [12, 9, 6, 0];
    const n = 1_000_000n;
    // t = 10^p/10¹²; in units of 10⁻¹² the sum is one of integer fractions.
    const t = powers.map((power) => 10n ** BigInt(power));
    const tau = t.reduce((sum, value) => sum + value, 0n);
    const digits = 10n ** 40n;
    const removed = t.reduce((sum, value) => sum + (digits * n * value * value) / ((n + 1n) * value + tau), 0n);
    const exact = Number(tau * digits - removed) / 1e52;
    const covariates = covariance(diagonal(powers.map((power) => 10 ** (power - 12))));
    const setting = { contextLength: 1_000_000, covariates, tasks: isotropic(4), noiseVariance: 0 };
    expectClose(optimalPreconditionerLoss(setting).value, exact, 8 * Number.EPSILON * exact);
    const engine = optimalStep(gaussianLinearMoments(setting)).value.loss;
    expect(Math.abs(engine - exact)).toBeGreaterThan(64 * Number.EPSILON * exact);
  });

  test("differs from the universal engine by no more than that says: dκ2⁻⁵² E y², or about 10⁻⁹ E y²", () => {
    const anyBasis = integer({ min: 1, max: 8 }).chain((d) => anyOrthogonal(d));
    assert(
      property(anyBasis, (basis) => {
        const d = basis.rows;
        for (const decades of [0, 3, 6, 9, 12]) {
          const root = multiply(
            basis,
            diagonal(Array.from({ length: d }, (_, i) => 10 ** ((-decades * i) / Math.max(d - 1, 1) / 2))),
          );
          const covariates = covariance(multiply(root, transpose(root)));
          for (const contextLength of [1, 500, 1e6]) {
            const setting = { contextLength, covariates, tasks: isotropic(d), noiseVariance: 0 };
            const moments = gaussianLinearMoments(setting);
            const { loss } = optimalStep(moments).value;
            const within = Math.min(d * 10 ** decades * 2 ** -52, 2e-9) * moments.responseSecondMoment;
            expectClose(loss, optimalPreconditionerLoss(setting).value, within);
          }
        }
      }),
    );
  });

  test("no signal leaves the noise", () => {
    const setting = { contextLength: 4, covariates: isotropic(2), tasks: isotropic(2, 0), noiseVariance: 0.5 };
    expect(optimalPreconditionerLoss(setting).value).toBe(0.5);
    expect(optimalPreconditionerLoss({ ...setting, noiseVariance: 0 }).value).toBe(0);
  });
});

describe("a singular Σ", () => {
  /** Q diag(λ) Qᵀ with one λ = 0, formed so that it is symmetric to the last bit. */
  const rotatedSingular = (basis: Matrix, eigenvalues: readonly number[]): Matrix => {
    const scaled = multiply(basis, diagonal(eigenvalues.map(Math.sqrt)));
    return multiply(scaled, transpose(scaled));
  };

  test("optimalPreconditioner is the minimizer of least norm, as optimalStep is", () => {
    const anyLaw = integer({ min: 2, max: 6 }).chain((d) =>
      record({ basis: anyOrthogonal(d), tasks: anyCovariance(d) }),
    );
    assert(
      property(anyLaw, ({ basis, tasks }) => {
        const d = basis.rows;
        const eigenvalues = Array.from({ length: d }, (_, i) => (i === 0 ? 0 : 1 / i));
        const setting = {
          contextLength: 9,
          covariates: covariance(rotatedSingular(basis, eigenvalues)),
          tasks,
          noiseVariance: 0.3,
        };
        const closed = optimalPreconditioner(setting).value;
        const engine = optimalStep(gaussianLinearMoments(setting)).value.preconditioner;
        // Each coordinate in the unit of its own deviation, as the engine solves: where the silent direction is nearly an
        // axis, an entry of that axis is known as well as its unit allows, and no better.
        const units = diagonal(
          Array.from({ length: d }, (_, i) => Math.sqrt(setting.covariates.matrix.values[i * d + i])),
        );
        const inUnits = (step: Matrix): Matrix => multiply(multiply(units, step), units);
        // τ bounds every weight of the system from below, n(n+1)ΣΩΣ + nτΣ ≥ nτΣ.
        expect(maxAbs(inUnits(subtract(closed, engine)))).toBeLessThanOrEqual(2 ** -36 * maxAbs(inUnits(closed)));
        const silent = matrix(
          d,
          1,
          Array.from({ length: d }, (_, i) => basis.values[i * d]),
        );
        expect(maxAbs(multiply(closed, silent))).toBeLessThanOrEqual(2 ** -44 * maxAbs(closed));
      }),
    );
  });
});
