import {
  identity,
  isotropic,
  matrixFromRows,
  scale,
  zeros,
  type GaussianLinearSetting,
  type PromptMoments,
} from "@onestep/core";
import { describe, expect, test } from "vitest";
import { correlatedRowMoments } from "../moments/correlated-rows.ts";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { shiftedLoss } from "../shift/shifted-loss.ts";
import { bestStepSize } from "./best-step-size.ts";
import { lossCurvature } from "./curvature.ts";
import { gaussianPriorMoments } from "./gaussian-prior.ts";
import { multiHeadOptimum } from "./multi-head.ts";
import { optimalPreconditionerLoss } from "./preconditioner-loss.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { autoregressiveSteps, randomLengthStep } from "./prompt-formats.ts";
import {
  exponentialSpectrum,
  randomSpectrumLoss,
  randomSpectrumStep,
  type RandomSpectrumSetting,
} from "./random-spectrum.ts";
import { optimalStepOfRank } from "./rank.ts";
import { rotationInvariantStep } from "./rotation-invariant-step.ts";
import { severalQueriesStep } from "./several-queries.ts";
import { singleHeadOptimum } from "./single-head.ts";
import { optimalStepLoss, optimalStepSize, type IsotropicSetting } from "./step-size.ts";
import { optimalStep } from "./step.ts";
import { symmetryReduction } from "./symmetry-reduction.ts";

/** What an untyped caller passes by mistake. */
const untyped = (value: unknown): never => value as never;

/** One field of a good argument replaced, and what the refusal then says. */
type Refusal = readonly [change: object, words: string];

describe("an isotropic setting", () => {
  const good: IsotropicSetting = { contextLength: 6, dimension: 3, noiseVariance: 0.4, taskVariance: 2 };
  const lengths = [{ contextLength: 6, probability: 1 }];
  const withLength: Record<string, (setting: IsotropicSetting) => unknown> = { optimalStepSize, optimalStepLoss };
  const readers: Record<string, (setting: IsotropicSetting) => unknown> = {
    ...withLength,
    randomLengthStep: (setting) => randomLengthStep(lengths, setting),
    autoregressiveSteps: (setting) => autoregressiveSteps(6, setting),
  };
  const refusals: readonly Refusal[] = [
    [{ dimension: 0 }, "expected a whole dimension, at least 1; got 0"],
    [{ dimension: 1.5 }, "expected a whole dimension, at least 1; got 1.5"],
    [{ noiseVariance: -1 }, "expected a finite noise variance, at least 0; got -1"],
    [{ noiseVariance: Infinity }, "expected a finite noise variance, at least 0; got Infinity"],
    [{ taskVariance: -1 }, "expected a finite task variance, at least 0; got -1"],
  ];

  test.each(Object.entries(readers))("%s says which of its numbers is none", (name, read) => {
    expect(() => read(good)).not.toThrow();
    for (const [change, words] of refusals)
      expect(() => read({ ...good, ...change })).toThrowError(`${name}: ${words}`);
    expect(() => read(untyped({ dimension: 3 }))).toThrowError(`${name}: expected a setting with`);
    const loud = { ...good, noiseVariance: 1e308, taskVariance: 1e308 };
    if (name !== "optimalStepSize") expect(() => read(loud)).toThrowError(`${name}: expected a loss within the range`);
  });

  test.each(Object.entries(withLength))("%s asks for a length", (name, read) => {
    expect(() => read({ ...good, contextLength: 0 })).toThrowError(
      `${name}: expected a whole context length, at least 1`,
    );
    expect(() => read({ ...good, contextLength: 2.5 })).toThrowError(`${name}: expected a whole context length`);
  });

  test("where the length is no part of the setting it is not asked for", () => {
    const words = "expected a setting with dimension, noiseVariance; got one without noiseVariance";
    expect(() => randomLengthStep(lengths, untyped({ dimension: 3 }))).toThrowError(`randomLengthStep: ${words}`);
    expect(() => autoregressiveSteps(6, untyped({ dimension: 3 }))).toThrowError(`autoregressiveSteps: ${words}`);
  });

  test("a random length needs whole lengths with probabilities, a causal model at least one position", () => {
    const at = (list: unknown) => () => randomLengthStep(untyped(list), good);
    expect(at({})).toThrowError("randomLengthStep: expected a list of lengths; got object");
    expect(at([{ contextLength: 3 }])).toThrowError(
      "a length with contextLength, probability; got one without probability",
    );
    expect(at([{ contextLength: 0, probability: 1 }])).toThrowError(
      "expected a whole context length, at least 1; got 0",
    );
    expect(at([{ contextLength: 2, probability: 0.5 }])).toThrowError("probabilities of the lengths that sum to 1");
    expect(() => autoregressiveSteps(0, good)).toThrowError(
      "autoregressiveSteps: expected a whole length, at least 1; got 0",
    );
  });
});

describe("a Gaussian linear setting", () => {
  const good: GaussianLinearSetting = {
    contextLength: 6,
    covariates: isotropic(2),
    tasks: isotropic(2),
    noiseVariance: 0.4,
  };
  const readers: Record<string, (setting: GaussianLinearSetting) => unknown> = {
    gaussianLinearMoments: (setting) => gaussianLinearMoments(setting),
    correlatedRowMoments: (setting) => correlatedRowMoments(setting, 8),
    optimalPreconditioner,
    optimalPreconditionerLoss,
    gaussianPriorMoments: (setting) => gaussianPriorMoments({ ...setting, taskMean: [1, 0] }),
    multiHeadOptimum: (setting) => multiHeadOptimum({ ...setting, taskMean: [1, 0] }),
    singleHeadOptimum: (setting) => singleHeadOptimum({ ...setting, taskMean: [1, 0] }),
  };
  const refusals: readonly Refusal[] = [
    [{ contextLength: 0 }, "expected a whole context length, at least 1; got 0"],
    [{ noiseVariance: -1 }, "expected a finite noise variance, at least 0; got -1"],
    [{ tasks: isotropic(3) }, "expected tasks of the covariates' dimension, 2; got dimension 3"],
    [{ covariates: identity(2) }, "expected a covariance (covariates)"],
    [{ tasks: identity(2) }, "expected a covariance (tasks)"],
    [{ covariates: { ...isotropic(2), factor: undefined } }, "expected a matrix (the factor of covariates)"],
    [{ tasks: { ...isotropic(2), matrix: undefined } }, "expected a matrix (the matrix of tasks)"],
  ];

  test.each(Object.entries(readers))("%s says which of its parts is none", (name, read) => {
    expect(() => read(good)).not.toThrow();
    for (const [change, words] of refusals)
      expect(() => read({ ...good, ...change })).toThrowError(`${name}: ${words}`);
    expect(() => read({ ...good, noiseVariance: untyped(undefined) })).toThrowError(`${name}: expected a finite noise`);
  });

  test("a query of another dimension", () => {
    expect(() => gaussianLinearMoments(good, isotropic(3))).toThrowError(
      "gaussianLinearMoments: expected tasks of the covariates' dimension, 3; got dimension 2",
    );
    expect(() => gaussianLinearMoments(good, untyped(identity(2)))).toThrowError("expected a covariance (covariates)");
  });

  test("a mean of the tasks that is missing, too short or not finite", () => {
    for (const [name, read] of Object.entries({ gaussianPriorMoments, multiHeadOptimum, singleHeadOptimum })) {
      const at = (taskMean: unknown) => () => read({ ...good, taskMean: untyped(taskMean) });
      expect(() => read(untyped(good))).toThrowError(`${name}: expected a setting with taskMean; got one without`);
      expect(at(7)).toThrowError(`${name}: expected a list of coordinates, the mean of the tasks,; got number`);
      expect(at([1])).toThrowError(`${name}: expected a task mean of 2 coordinates; got 1`);
      expect(at([1, NaN])).toThrowError(`${name}: expected a finite task mean; got 1, NaN`);
    }
  });

  test("numbers that overflow when multiplied, and responses too quiet for their ratio", () => {
    const loud = { ...good, covariates: isotropic(2, 1e200), tasks: isotropic(2, 1e200) };
    expect(() => optimalPreconditioner(loud)).toThrowError(
      "optimalPreconditioner: expected a ratio of signal to response",
    );
    expect(() => optimalPreconditionerLoss(loud)).toThrowError(
      "expected a second moment of the response within the range",
    );
    const quiet = { ...good, covariates: isotropic(2, 1e-311), tasks: isotropic(2, 1e4), noiseVariance: 0 };
    expect(() => optimalPreconditioner(quiet)).toThrowError("expected a preconditioner within the range");
  });
});

describe("moments of prompts", () => {
  const good = gaussianLinearMoments({
    contextLength: 6,
    covariates: isotropic(2),
    tasks: isotropic(2),
    noiseVariance: 0.4,
  });
  const stratum = (change: object) => ({ strata: [{ ...good.strata[0], ...change }] });
  const refusals: readonly Refusal[] = [
    [{ contextLength: 0 }, "expected a finite context length above 0; got 0"],
    [{ dimension: 0 }, "expected a whole dimension, at least 1; got 0"],
    [{ responseSecondMoment: -1 }, "expected a finite second moment of the response, at least 0; got -1"],
    [{ crossMoment: identity(3) }, "expected crossMoment to be 2×2; got 3×3"],
    [{ strata: {} }, "expected a list of strata; got object"],
    [{ strata: [{ probability: 1 }] }, "expected a stratum with probability, querySecondMoment, stepMoment; got one"],
    [{ strata: [...good.strata, ...good.strata] }, "expected probabilities of the strata that sum to 1; got 2"],
    [stratum({ querySecondMoment: identity(3) }), "expected strata[0].querySecondMoment to be 2×2; got 3×3"],
    [stratum({ stepMoment: identity(3) }), "expected strata[0].stepMoment to be 2×2; got 3×3"],
    [
      stratum({ querySecondMoment: scale(identity(2), -1) }),
      "expected strata[0].querySecondMoment to be symmetric and",
    ],
    [
      stratum({
        stepMoment: matrixFromRows([
          [1, 2],
          [0, 1],
        ]),
      }),
      "expected strata[0].stepMoment to be symmetric and",
    ],
  ];
  const readers: Record<string, (moments: PromptMoments) => unknown> = {
    optimalStep,
    bestStepSize,
    lossCurvature,
    optimalStepOfRank: (moments) => optimalStepOfRank(moments, 1),
    shiftedLoss: (moments) => shiftedLoss(zeros(2, 2), moments),
  };

  test.each(Object.entries(readers))("%s says which of their parts is none", (name, read) => {
    expect(() => read(good)).not.toThrow();
    for (const [change, words] of refusals)
      expect(() => read({ ...good, ...change })).toThrowError(`${name}: ${words}`);
    expect(() => read(untyped({}))).toThrowError(`${name}: expected moments of prompts with contextLength, dimension`);
  });

  test("a rank between 0 and d, at least one query", () => {
    for (const rank of [-1, 3, 0.5, NaN]) {
      expect(() => optimalStepOfRank(good, rank)).toThrowError(`a whole rank from 0 to the dimension, 2; got ${rank}`);
    }
    expect(() => severalQueriesStep(good, 0)).toThrowError("severalQueriesStep: expected a whole number of queries");
  });

  test("steps that overflow, though every moment is finite", () => {
    const faint = scale(identity(2), 1e-155);
    const shy: PromptMoments = {
      ...good,
      responseSecondMoment: 1e308,
      crossMoment: scale(identity(2), 0.05),
      ...stratum({ querySecondMoment: faint, stepMoment: faint }),
    };
    expect(() => optimalStep(shy)).toThrowError("optimalStep: expected a preconditioner within the range");
    expect(() => optimalStepOfRank(shy, 2)).toThrowError("optimalStepOfRank: expected a preconditioner within");
    expect(() => bestStepSize(shy)).toThrowError("bestStepSize: expected a step size within the range");
    expect(() => lossCurvature(shy)).toThrowError("lossCurvature: expected a curvature within the range");
  });
});

describe("a random spectrum", () => {
  const good: RandomSpectrumSetting = {
    contextLength: 6,
    spectrumMoments: [1, 2, 6],
    tasks: isotropic(2),
    noiseVariance: 0.4,
  };
  const readers: Record<string, (setting: RandomSpectrumSetting) => unknown> = {
    randomSpectrumStep,
    randomSpectrumLoss: (setting) => randomSpectrumLoss(setting, zeros(2, 2)),
  };
  const refusals: readonly Refusal[] = [
    [{ contextLength: 0 }, "expected a whole context length, at least 1; got 0"],
    [{ noiseVariance: -1 }, "expected a finite noise variance, at least 0; got -1"],
    [{ tasks: identity(2) }, "expected a covariance (tasks)"],
    [{ spectrumMoments: 1 }, "expected a list of three moments of λ; got number"],
    [{ spectrumMoments: [-1, 2, 6] }, "expected a finite moment E λ^1, at least 0; got -1"],
    [{ spectrumMoments: [1, 2, -6] }, "expected a finite moment E λ^3, at least 0; got -6"],
    [{ spectrumMoments: [1, 0.99, 6] }, "expected a finite variance of the eigenvalues, E λ² − (E λ)²,, at least 0"],
    [{ spectrumMoments: [1, 2, 3.99] }, "expected a finite variance under the law tilted by λ"],
  ];

  test.each(Object.entries(readers))("%s says which of its numbers is none", (name, read) => {
    expect(() => read(good)).not.toThrow();
    for (const [change, words] of refusals)
      expect(() => read({ ...good, ...change })).toThrowError(`${name}: ${words}`);
    expect(() => read(untyped({}))).toThrowError(`${name}: expected a setting with contextLength, spectrumMoments`);
  });

  test("a step of another size, a loss out of range, a rate of 0", () => {
    expect(() => randomSpectrumLoss(good, zeros(2, 3))).toThrowError("expected preconditioner to be 2×2; got 2×3");
    expect(() => randomSpectrumLoss(good, scale(identity(2), 1e200))).toThrowError("expected a loss within the range");
    expect(() => exponentialSpectrum(0)).toThrowError("exponentialSpectrum: expected a finite rate above 0; got 0");
    expect(() => exponentialSpectrum(1e-105)).toThrowError("expected a moment of the eigenvalues within the range");
  });
});

describe("other arguments", () => {
  test("energies and a symmetry of no law", () => {
    const energies = { signalEnergy: 1, targetEnergy: 4, targetSecondMoment: 1 };
    const setting = { contextLength: 3, dimension: 2, noiseVariance: 0 };
    expect(() => rotationInvariantStep({ ...energies, signalEnergy: -1 }, setting)).toThrowError(
      "rotationInvariantStep",
    );
    expect(() => rotationInvariantStep(energies, { ...setting, contextLength: 0 })).toThrowError(
      "whole context length",
    );
    expect(() => symmetryReduction(untyped({ group: "orthogonal" }))).toThrowError("a declared symmetry with group");
    expect(() => symmetryReduction({ group: "orthogonal", dimension: 0 })).toThrowError(
      "a whole dimension, at least 1",
    );
  });
});
