import {
  add,
  covariance,
  diagonal,
  isotropic,
  matrixFromRows,
  maxAbs,
  scale,
  zeros,
  type Covariance,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { pretrainingLoss } from "../risk/pretraining-loss.ts";
import { optimalPreconditionerLoss } from "./preconditioner-loss.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { exponentialSpectrum, randomSpectrumLoss, randomSpectrumStep } from "./random-spectrum.ts";
import { optimalStep } from "./step.ts";

/** The law with λᵢ ∈ {0.5, 2}, each with probability ½, as 2^d strata. */
function twoPointStrata(
  contextLength: number,
  tasks: Covariance,
  noiseVariance: number,
): ReturnType<typeof stratifiedMoments> {
  const d = tasks.dimension;
  return stratifiedMoments(
    Array.from({ length: 2 ** d }, (_, code) => ({
      probability: 2 ** -d,
      moments: gaussianLinearMoments({
        contextLength,
        covariates: covariance(diagonal(Array.from({ length: d }, (__, i) => ((code >> i) & 1 ? 2 : 0.5)))),
        tasks,
        noiseVariance,
      }),
    })),
  );
}

const twoPointMoments = [1.25, (0.25 + 4) / 2, (0.125 + 8) / 2] as const;

describe("randomSpectrumStep", () => {
  test("two-point eigenvalues agree with the engine on all 2^d strata, for any Ω", () => {
    const tasks = covariance(
      matrixFromRows([
        [1, 0.3, 0],
        [0.3, 0.7, -0.2],
        [0, -0.2, 1.5],
      ]),
    );
    const strata = twoPointStrata(6, tasks, 0.3);
    const setting = { contextLength: 6, spectrumMoments: twoPointMoments, tasks, noiseVariance: 0.3 };
    const [engine, own] = [optimalStep(strata).value, randomSpectrumStep(setting).value];
    expectMatrixClose(own.preconditioner, engine.preconditioner, 1e-12);
    expectClose(own.loss, engine.loss, 1e-12);
    const step = matrixFromRows([
      [0.1, 0.02, 0],
      [-0.03, 0.1, 0.01],
      [0, 0, 0.2],
    ]);
    expectClose(randomSpectrumLoss(setting, step).value, pretrainingLoss(strata, step).value, 1e-12);
  });

  test("exponential eigenvalues: its own loss at its own step, and a stationary point", () => {
    const setting = {
      contextLength: 20,
      spectrumMoments: exponentialSpectrum(1),
      tasks: isotropic(5),
      noiseVariance: 0.1,
    };
    const { preconditioner, loss } = randomSpectrumStep(setting).value;
    expectClose(randomSpectrumLoss(setting, preconditioner).value, loss, 1e-12);
    for (const direction of [isotropic(5).matrix, diagonal([1, 0, 0, 0, 0])]) {
      for (const sign of [-1, 1]) {
        expect(randomSpectrumLoss(setting, add(preconditioner, scale(direction, sign * 1e-3))).value).toBeGreaterThan(
          loss,
        );
      }
    }
    // Ω = I: γ = m₂/((n+1)m₃ + m₃ + (d−1)m₂m₁ + σ²m₂).
    expectClose(preconditioner.values[0], 2 / (21 * 6 + 6 + 4 * 2 + 0.1 * 2), 1e-16);
    expect(maxAbs(preconditioner)).toBe(preconditioner.values[0]);
  });

  test("a spectrum that does not vary is one covariance, also where E λ² = (E λ)² is only known to rounding", () => {
    for (const [value, square, cube] of [
      [1, 1, 1],
      // In floating point 0.1² is above 0.01, and the square of the second of these above the product of the others.
      [0.1, 0.01, 0.001],
      [0.27, 0.0729, 0.019683],
    ]) {
      const tasks = covariance(diagonal([1, 0.5, 2]));
      const fixed = { contextLength: 6, spectrumMoments: [value, square, cube] as const, tasks, noiseVariance: 0.3 };
      const { preconditioner, loss } = randomSpectrumStep(fixed).value;
      const setting = { contextLength: 6, covariates: isotropic(3, value), tasks, noiseVariance: 0.3 };
      expectMatrixClose(preconditioner, optimalPreconditioner(setting).value, 1e-14);
      expectClose(loss, optimalPreconditionerLoss(setting).value, 1e-14);
    }
  });

  test("exponential eigenvalues have the moments k!/rateᵏ", () => {
    expectClose(exponentialSpectrum(2), [1 / 2, 2 / 4, 6 / 8], 1e-16);
    expectClose(exponentialSpectrum(0.5), [2, 8, 48], 1e-14);
  });

  test("refuses moments of no law", () => {
    const setting = { contextLength: 20, spectrumMoments: [1, 0.5, 1] as const, tasks: isotropic(2), noiseVariance: 0 };
    expect(() => randomSpectrumStep(setting)).toThrowError(/variance of the eigenvalues/);
    expect(() => randomSpectrumLoss({ ...setting, spectrumMoments: [1, 2, 6] }, zeros(3, 3))).toThrowError(
      /preconditioner to be 2×2/,
    );
  });
});
