import { diagonal, identity, isotropic, scale, zeros } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { pretrainingLoss } from "../risk/pretraining-loss.ts";
import { bestStepSize } from "./best-step-size.ts";
import { optimalPreconditionerLoss } from "./preconditioner-loss.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { autoregressiveSteps, randomLengthStep } from "./prompt-formats.ts";
import { optimalStepOfRank } from "./rank.ts";
import { rotationInvariantStep } from "./rotation-invariant-step.ts";
import { optimalStepLoss, optimalStepSize } from "./step-size.ts";
import { optimalStep } from "./step.ts";

describe("without signal nothing is predicted, and the loss is the noise", () => {
  const law = { contextLength: 4, dimension: 3, noiseVariance: 0.5, taskVariance: 0 };
  const nothing = { stepSize: 0, loss: 0.5 };
  const lengths = [
    { contextLength: 2, probability: 0.25 },
    { contextLength: 4, probability: 0.75 },
  ];

  test("in the isotropic closed forms, ω² = 0", () => {
    expect([optimalStepSize(law).value, optimalStepLoss(law).value]).toEqual([0, 0.5]);
    expect(randomLengthStep(lengths, law).value).toEqual(nothing);
    expect(autoregressiveSteps(4, law).value).toEqual({
      unnormalised: 0,
      normalised: 0,
      unnormalisedLoss: 0.5,
      normalisedLoss: 0.5,
    });
    expect(optimalStepSize({ ...law, noiseVariance: 0 }).value).toBe(0);
    expect(optimalStepLoss({ ...law, noiseVariance: 0 }).value).toBe(0);
    const energies = { signalEnergy: 0, targetEnergy: 0, targetSecondMoment: 0 };
    expect(rotationInvariantStep(energies, law).value).toEqual(nothing);
    expect(rotationInvariantStep(energies, { ...law, noiseVariance: 0 }).value).toEqual({ stepSize: 0, loss: 0 });
  });

  test("where σ²/ω² overflows it is the same", () => {
    const faint = { ...law, taskVariance: 1e-310 };
    expect([optimalStepSize(faint).value, optimalStepLoss(faint).value]).toEqual([0, 0.5]);
    expect(randomLengthStep(lengths, faint).value).toEqual(nothing);
    expect(autoregressiveSteps(4, faint).value.normalisedLoss).toBe(0.5);
  });

  test("from moments, Ω = 0 and A = 0", () => {
    const setting = { contextLength: 4, covariates: isotropic(3), tasks: isotropic(3, 0), noiseVariance: 0.5 };
    const moments = gaussianLinearMoments(setting);
    expect(optimalStep(moments).value).toEqual({ preconditioner: zeros(3, 3), loss: 0.5 });
    expect(bestStepSize(moments).value).toEqual(nothing);
    expect(optimalPreconditioner(setting).value).toEqual(zeros(3, 3));
    expect(optimalPreconditionerLoss(setting).value).toBe(0.5);
    expect(bestStepSize(gaussianLinearMoments({ ...setting, noiseVariance: 0 })).value).toEqual({
      stepSize: 0,
      loss: 0,
    });
  });

  test("a step of rank 0 is the zero predictor", () => {
    const moments = gaussianLinearMoments({
      contextLength: 4,
      covariates: isotropic(3),
      tasks: isotropic(3),
      noiseVariance: 1,
    });
    expect(optimalStepOfRank(moments, 0).value).toEqual({ preconditioner: zeros(3, 3), loss: 4 });
  });
});

describe("with signal, the closed forms in fractions", () => {
  // d + 1 + σ²/ω² = 4.25, ω²d = 6
  const law = { contextLength: 4, dimension: 3, noiseVariance: 0.5, taskVariance: 2 };

  test("Theorem 1, and lengths that vary", () => {
    expectClose([optimalStepSize(law).value, optimalStepLoss(law).value], [1 / 8.25, 0.5 + (6 * 4.25) / 8.25], 1e-15);
    const lengths = [
      { contextLength: 1, probability: 0.25 },
      { contextLength: 3, probability: 0.75 },
    ];
    // E n = 5/2 and E n² = 7
    const stepSize = 2.5 / (7 + 4.25 * 2.5);
    expectClose(Object.values(randomLengthStep(lengths, law).value), [stepSize, 0.5 + 6 * (1 - 2.5 * stepSize)], 1e-15);
  });

  test("two positions: parabolas with k = 1 and k = 2", () => {
    const { unnormalised, normalised, unnormalisedLoss, normalisedLoss } = autoregressiveSteps(2, law).value;
    const lossAt = (eta: number, k: number): number => 0.5 + 6 * (1 - 2 * eta * k + eta * eta * (k * k + 4.25 * k));
    expectClose([unnormalised, normalised], [3 / (5 + 4.25 * 3), 2 / (2 + 4.25 * 1.5)], 1e-15);
    expectClose(unnormalisedLoss, (lossAt(unnormalised, 1) + lossAt(unnormalised, 2)) / 2, 1e-14);
    expectClose(normalisedLoss, (lossAt(normalised, 1) + lossAt(normalised / 2, 2)) / 2, 1e-14);
  });

  test("Theorem 3 with ‖β‖² = 1/4, E f²‖x‖² = 3, E f² = 1/2", () => {
    const energies = { signalEnergy: 0.25, targetEnergy: 3, targetSecondMoment: 0.5 };
    const { stepSize, loss } = rotationInvariantStep(energies, {
      contextLength: 7,
      dimension: 3,
      noiseVariance: 0.3,
    }).value;
    // E‖Xᵀy‖²/n = 3 + 0.3·3 + 6/4
    expectClose([stepSize, loss], [0.25 / 5.4, 0.8 - (7 * 0.25 * 0.25) / 5.4], 1e-16);
  });

  test("the best multiple of I is the vertex of its parabola, on strata that differ", () => {
    const moments = {
      contextLength: 3,
      dimension: 2,
      crossMoment: diagonal([2, 1]),
      strata: [
        { probability: 0.25, querySecondMoment: diagonal([1, 2]), stepMoment: diagonal([6, 5]) },
        { probability: 0.75, querySecondMoment: diagonal([3, 1]), stepMoment: diagonal([4, 8]) },
      ],
      responseSecondMoment: 2,
      evenPartDecouples: "proved" as const,
    };
    const { stepSize, loss } = bestStepSize(moments).value;
    expectClose([stepSize, loss], [3 / 19, 2 - 9 / 19], 1e-15);
    expectClose(pretrainingLoss(moments, scale(identity(2), stepSize)).value, loss, 1e-15);
  });
});
