import { diagonal, isotropic, zeros } from "@onestep/core";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { bayesRiskEquivalent, marchenkoPasturRisk } from "./asymptotic.ts";
import { bayesRisk, bayesRiskGivenContext } from "./bayes.ts";
import { finitePretrainingRisk } from "./finite-pretraining.ts";
import { gradientDescentRisk } from "./gradient-descent.ts";
import { leastSquaresRisk } from "./least-squares.ts";
import { oneStepRisk } from "./one-step.ts";
import { excessLoss, lossGradient, pretrainingLoss } from "./pretraining-loss.ts";
import { ridgeRisk } from "./ridge.ts";
import { zeroRisk } from "./zero.ts";

const sizes = { contextLength: 5, dimension: 2, noiseVariance: 0.3 };
const setting = { contextLength: 5, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.3 };
const moments = gaussianLinearMoments(setting);
const broken = { ...moments, responseSecondMoment: -1 };
const step = zeros(2, 2);
const ratios = { contextRatio: 10, taskRatio: 0.5, promptRatio: 2, noiseRatio: 0.01 };

describe("what is no law, no learner or no number is refused, by name", () => {
  test.each<[string, () => unknown]>([
    [
      "marchenkoPasturRisk: expected a finite noise variance, at least 0; got -1",
      () => marchenkoPasturRisk({ ...sizes, noiseVariance: -1 }),
    ],
    [
      "marchenkoPasturRisk: expected a risk within the range of floating point",
      () => marchenkoPasturRisk({ ...sizes, dimension: 20, taskVariance: 1e308 }),
    ],
    [
      "bayesRiskEquivalent: expected a whole context length, at least 1; got 0",
      () => bayesRiskEquivalent({ ...setting, contextLength: 0 }),
    ],
    [
      "bayesRiskEquivalent: expected a finite fixed point",
      () => bayesRiskEquivalent({ ...setting, contextLength: 1, tasks: isotropic(2, 1.5e308) }),
    ],
    ["bayesRisk: expected a finite task variance, at least 0; got -1", () => bayesRisk({ ...sizes, taskVariance: -1 })],
    [
      "bayesRisk: expected a risk within the range of floating point",
      () => bayesRisk({ ...sizes, contextLength: 1, dimension: 20, taskVariance: 1e308 }),
    ],
    [
      "bayesRiskGivenContext: expected a whole context length, at least 1; got 0",
      () => bayesRiskGivenContext({ ...setting, contextLength: 0 }, step),
    ],
    ["bayesRiskGivenContext: expected gram to be 2×2; got 3×3", () => bayesRiskGivenContext(setting, zeros(3, 3))],
    ["bayesRiskGivenContext: expected gram", () => bayesRiskGivenContext(setting, diagonal([1, -1]))],
    [
      "bayesRiskGivenContext: expected a risk within the range of floating point",
      () => bayesRiskGivenContext({ ...setting, tasks: isotropic(2, 1.5e308) }, step),
    ],
    [
      "finitePretrainingRisk: expected the sizes with contextRatio, taskRatio, promptRatio, noiseRatio",
      () => finitePretrainingRisk({} as never),
    ],
    [
      "finitePretrainingRisk: expected a finite context ratio above 0; got 0",
      () => finitePretrainingRisk({ ...ratios, contextRatio: 0 }),
    ],
    [
      "finitePretrainingRisk: expected a finite task ratio above 0; got 0",
      () => finitePretrainingRisk({ ...ratios, taskRatio: 0 }),
    ],
    [
      "finitePretrainingRisk: expected a finite prompt ratio above 0; got 0",
      () => finitePretrainingRisk({ ...ratios, promptRatio: 0 }),
    ],
    [
      "finitePretrainingRisk: expected a finite noise ratio, at least 0; got -1",
      () => finitePretrainingRisk({ ...ratios, noiseRatio: -1 }),
    ],
    [
      "finitePretrainingRisk: expected a loss within the range of floating point",
      () => finitePretrainingRisk({ ...ratios, noiseRatio: 1e200 }),
    ],
    [
      "gradientDescentRisk: expected a schedule of steps and rate, or of rates,",
      () => gradientDescentRisk(sizes, undefined as never),
    ],
    [
      "gradientDescentRisk: expected a whole number of steps, at least 0; got -1",
      () => gradientDescentRisk(sizes, { steps: -1, rate: 1 }),
    ],
    ["gradientDescentRisk: expected a finite rate; got NaN", () => gradientDescentRisk(sizes, { steps: 1, rate: NaN })],
    [
      "gradientDescentRisk: expected a finite rate; got Infinity",
      () => gradientDescentRisk(sizes, { rates: [1, Infinity] }),
    ],
    [
      "leastSquaresRisk: expected a finite noise variance, at least 0; got -1",
      () => leastSquaresRisk({ ...setting, noiseVariance: -1 }),
    ],
    [
      "leastSquaresRisk: expected a whole dimension, at least 1; got 0",
      () => leastSquaresRisk({ ...sizes, dimension: 0 }),
    ],
    ["ridgeRisk: expected a finite penalty, at least 0; got -1", () => ridgeRisk(sizes, -1)],
    [
      "ridgeRisk: expected a finite noise variance, at least 0; got -1",
      () => ridgeRisk({ ...setting, noiseVariance: -1 }, 1),
    ],
    ["oneStepRisk: expected a finite second moment of the response, at least 0; got -1", () => oneStepRisk(broken, 1)],
    ["oneStepRisk: expected a finite step size; got NaN", () => oneStepRisk(moments, NaN)],
    ["oneStepRisk: expected a loss within the range of floating point", () => oneStepRisk(moments, 1e200)],
    [
      "pretrainingLoss: expected a finite second moment of the response, at least 0; got -1",
      () => pretrainingLoss(broken, step),
    ],
    ["pretrainingLoss: expected preconditioner to be 2×2; got 3×3", () => pretrainingLoss(moments, zeros(3, 3))],
    [
      "lossGradient: expected a finite second moment of the response, at least 0; got -1",
      () => lossGradient(broken, step),
    ],
    ["lossGradient: expected preconditioner to be 2×2; got 3×3", () => lossGradient(moments, zeros(3, 3))],
    [
      "lossGradient: expected a gradient within the range of floating point",
      () => lossGradient(moments, diagonal([1e308, 1])),
    ],
    ["excessLoss: expected preconditioner to be 2×2; got 3×3", () => excessLoss(moments, zeros(3, 3))],
    [
      "excessLoss: expected a loss above the minimum within the range of floating point",
      () => excessLoss(moments, diagonal([1e200, 1])),
    ],
    ["zeroRisk: expected a finite second moment of the response, at least 0; got -1", () => zeroRisk(broken)],
    [
      "ridgeRisk: expected a setting with contextLength, dimension, noiseVariance; got null",
      () => ridgeRisk(null as never, 1),
    ],
    [
      "ridgeRisk: expected a setting with contextLength, dimension, noiseVariance; got text",
      () => ridgeRisk("text" as never, 1),
    ],
  ])("%s", (words, call) => {
    expect(call).toThrowError(words);
  });
});
