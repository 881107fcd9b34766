import {
  add,
  covariance,
  frobeniusNorm,
  identity,
  inverseCovariance,
  isotropic,
  maxAbs,
  scale,
  subtract,
  type GaussianLinearSetting,
} from "@onestep/core";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyMatrix,
  anyNoiseVariance,
  expectClose,
  expectMatrixClose,
} from "@onestep/testkit";
import { assert, constantFrom, property, tuple, type Arbitrary } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { excessLoss, lossGradient, pretrainingLoss } from "../risk/pretraining-loss.ts";
import { bestStepSize } from "./best-step-size.ts";
import { stepSizeOf, whitenedStepSize } from "./lift.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { optimalStepLoss, optimalStepSize } from "./step-size.ts";
import { optimalStep } from "./step.ts";

const anySetting: Arbitrary<GaussianLinearSetting> = anyDimension().chain((d) =>
  tuple(anyContextLength(), anyCovariance(d), anyCovariance(d), anyNoiseVariance()).map(
    ([contextLength, covariates, tasks, noiseVariance]) => ({ contextLength, covariates, tasks, noiseVariance }),
  ),
);

/** Two solves with matrices of condition ≤ 100·(n+2): what rounding may do to Γ*, relative to its largest entry. */
const solveError = 100 * 100 * 26 * 64 * 2 ** -53;

describe("optimalStep, on any Gaussian linear law", () => {
  test("agrees with the closed form of the preconditioner, which inverts nothing of the moments", () => {
    assert(
      property(anySetting, (setting) => {
        const engine = optimalStep(gaussianLinearMoments(setting)).value.preconditioner;
        const formula = optimalPreconditioner(setting).value;
        expectMatrixClose(engine, formula, solveError * maxAbs(formula));
      }),
    );
  });

  test("is a stationary point: the gradient vanishes there and R(Γ*) = L*", () => {
    assert(
      property(anySetting, (setting) => {
        const moments = gaussianLinearMoments(setting);
        const { preconditioner, loss } = optimalStep(moments).value;
        const size = frobeniusNorm(moments.crossMoment);
        expect(maxAbs(lossGradient(moments, preconditioner).value)).toBeLessThanOrEqual(2 ** -36 * size);
        expectClose(pretrainingLoss(moments, preconditioner).value, loss, 2 ** -40 * moments.responseSecondMoment);
      }),
    );
  });

  test("any other step loses its excess: R(Γ) = L* + excess, and the gradient is its slope", () => {
    const anyCase = anySetting.chain((setting) =>
      tuple(anyMatrix(setting.covariates.dimension, setting.covariates.dimension)).map(([step]) => ({ setting, step })),
    );
    assert(
      property(anyCase, ({ setting, step }) => {
        const moments = gaussianLinearMoments(setting);
        const { loss } = optimalStep(moments).value;
        const excess = excessLoss(moments, step).value;
        const direct = pretrainingLoss(moments, step).value;
        expect(excess).toBeGreaterThanOrEqual(0);
        expectClose(direct, loss + excess, 2 ** -36 * (Math.abs(direct) + moments.responseSecondMoment));
        // R is quadratic, so its central difference is exact: R(Γ+G) − R(Γ−G) = 2⟨∇R, G⟩.
        const direction = identity(step.rows);
        const slope = lossGradient(moments, step).value.values.reduce(
          (sum, g, at) => sum + g * direction.values[at],
          0,
        );
        const up = pretrainingLoss(moments, add(step, direction)).value;
        const down = pretrainingLoss(moments, subtract(step, direction)).value;
        expectClose(up - down, 2 * slope, 2 ** -40 * (Math.abs(up) + Math.abs(down) + Math.abs(slope)));
      }),
    );
  });

  test("on isotropic laws it is Theorem 1, and the scalar step loses nothing", () => {
    assert(
      property(
        anyContextLength(),
        anyDimension(),
        anyNoiseVariance(),
        constantFrom(0.25, 1, 3),
        (n, d, noiseVariance, taskVariance) => {
          const moments = gaussianLinearMoments({
            contextLength: n,
            covariates: isotropic(d),
            tasks: isotropic(d, taskVariance),
            noiseVariance,
          });
          const setting = { contextLength: n, dimension: d, noiseVariance, taskVariance };
          const { preconditioner, loss } = optimalStep(moments).value;
          const stepSize = optimalStepSize(setting).value;
          expectClose(stepSizeOf(preconditioner)!, stepSize, 2 ** -48);
          expectClose(loss, optimalStepLoss(setting).value, 2 ** -48 * moments.responseSecondMoment);
          expectClose(bestStepSize(moments).value.stepSize, stepSize, 2 ** -48);
        },
      ),
    );
  });

  test("with Ω = Σ⁻¹ it is Theorem 2: the number of Theorem 1 in whitened coordinates", () => {
    const anyCase = anyDimension().chain((d) => tuple(anyCovariance(d), anyContextLength(), anyNoiseVariance()));
    assert(
      property(anyCase, ([covariates, contextLength, noiseVariance]) => {
        const setting = { contextLength, covariates, tasks: inverseCovariance(covariates), noiseVariance };
        const form = optimalPreconditioner(setting);
        const expected = optimalStepSize({ contextLength, dimension: covariates.dimension, noiseVariance }).value;
        expect(form.source.locator).toMatch(/^Theorem [12]$/);
        expectClose(whitenedStepSize(form.value, covariates)!, expected, 100 * 64 * 6 * 2 ** -53);
      }),
    );
  });

  test("strata of one law are that law", () => {
    assert(
      property(anySetting, (setting) => {
        const moments = gaussianLinearMoments(setting);
        const split = stratifiedMoments([
          { probability: 0.25, moments },
          { probability: 0.75, moments },
        ]);
        const { preconditioner } = optimalStep(moments).value;
        expectMatrixClose(optimalStep(split).value.preconditioner, preconditioner, solveError * maxAbs(preconditioner));
      }),
    );
  });

  test("the label scale drops out: (κΩ, κσ²) has the Γ* of (Ω, σ²)", () => {
    assert(
      property(anySetting, (setting) => {
        const scaled = {
          ...setting,
          tasks: covariance(scale(setting.tasks.matrix, 4)),
          noiseVariance: 4 * setting.noiseVariance,
        };
        const [one, four] = [optimalPreconditioner(setting).value, optimalPreconditioner(scaled).value];
        expectMatrixClose(four, one, 2 ** -44 * maxAbs(one));
      }),
    );
  });
});
