import { diagonal, isotropic, matrixFromRows, NumericalError, scale, zeros, type PromptMoments } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { excessLoss, lossGradient, pretrainingLoss } from "../risk/pretraining-loss.ts";
import { zeroRisk } from "../risk/zero.ts";
import { shiftedLoss } from "../shift/shifted-loss.ts";
import { bestStepSize } from "./best-step-size.ts";
import { lossCurvature } from "./curvature.ts";
import { minimizers } from "./minimizers.ts";
import { optimalStepOfRank } from "./rank.ts";
import { optimalStep } from "./step.ts";

const good = gaussianLinearMoments({
  contextLength: 6,
  covariates: isotropic(3),
  tasks: isotropic(3),
  noiseVariance: 0.4,
});

const minimising: Record<string, (moments: PromptMoments) => unknown> = {
  optimalStep,
  minimizers,
  bestStepSize,
  optimalStepOfRank: (moments) => optimalStepOfRank(moments, 3),
  excessLoss: (moments) => excessLoss(moments, zeros(3, 3)),
};
const everyReader: Record<string, (moments: PromptMoments) => unknown> = {
  ...minimising,
  lossCurvature,
  zeroRisk,
  pretrainingLoss: (moments) => pretrainingLoss(moments, zeros(3, 3)),
  shiftedLoss: (moments) => shiftedLoss(zeros(3, 3), moments),
  lossGradient: (moments) => lossGradient(moments, zeros(3, 3)),
};

describe("moments that no law has", () => {
  test.each(Object.entries(everyReader))("%s refuses an indefinite second moment", (_, read) => {
    const indefinite = diagonal([1, -1, 1]);
    const broken = (change: Partial<PromptMoments["strata"][number]>): (() => unknown) => {
      return () => read({ ...good, strata: [{ ...good.strata[0], ...change }] });
    };
    expect(broken({ stepMoment: indefinite })).toThrowError(
      /stepMoment .* positive semidefinite; got .* eigenvalue -1/,
    );
    expect(broken({ querySecondMoment: indefinite })).toThrowError(/querySecondMoment .* eigenvalue -1/);
    expect(() => read(good)).not.toThrow();
  });

  test.each(Object.entries(minimising))("%s refuses a cross moment that would make the loss negative", (_, read) => {
    const broken = { ...good, crossMoment: scale(good.crossMoment, 100) };
    expect(() => read(broken)).toThrowError(/Cauchy–Schwarz/);
    expect(() => read(broken)).toThrowError(NumericalError);
  });

  test("a cross moment outside the support of S or B has no minimizer", () => {
    const stepMoment = diagonal([40, 40, 0]);
    const broken: PromptMoments = { ...good, strata: [{ ...good.strata[0], stepMoment }] };
    expect(() => optimalStep(broken)).toThrowError(/inside the supports/);
    const mended: PromptMoments = { ...broken, crossMoment: diagonal([6, 6, 0]) };
    expectClose(optimalStep(mended).value.loss, 3.4 - 2 * (36 / 40), 1e-14);
  });

  test("an eigenvalue that is negative by rounding is 0", () => {
    const rounded = matrixFromRows([
      [1, 1, 0],
      [1, 1 - 2 ** -40, 0],
      [0, 0, 1],
    ]);
    const moments: PromptMoments = {
      ...good,
      crossMoment: scale(rounded, 2),
      strata: [{ ...good.strata[0], stepMoment: scale(rounded, 40) }],
    };
    expectClose(optimalStep(moments).value.loss, 3.4 - 3 * (4 / 40), 1e-9);
  });

  test("a step so large that its loss overflows is refused", () => {
    expect(() => pretrainingLoss(good, scale(isotropic(3).matrix, 1e200))).toThrowError(NumericalError);
    expect(() => shiftedLoss(scale(isotropic(3).matrix, 1e200), good)).toThrowError(/shiftedLoss/);
  });

  test("a law on which no step has an effect has no curvature to speak of", () => {
    const silent = gaussianLinearMoments({
      contextLength: 3,
      covariates: isotropic(2),
      tasks: isotropic(2, 0),
      noiseVariance: 0,
    });
    expect(() => lossCurvature(silent)).toThrowError(/every learning rate is stable/);
    expect(optimalStep(silent).value).toEqual({ preconditioner: zeros(2, 2), loss: 0 });
  });
});
