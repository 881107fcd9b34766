import { identity, isotropic, matrixFromRows, scale } from "@onestep/core";
import { describe, expect, test } from "vitest";
import { ar1SquaredCorrelations, correlatedRowMoments } from "./correlated-rows.ts";
import {
  ellipticalFourthMoment,
  gaussianFourthMoment,
  heteroscedasticNoiseMoment,
  productFourthMoment,
} from "./fourth-moment.ts";
import { gaussianLinearMoments } from "./gaussian-linear.ts";
import { sphereRadialFactor, studentKurtosis, studentRadialFactor } from "./kurtosis.ts";
import { independentRowMoments, linearMoments, type IndependentRows, type LinearLaw } from "./linear.ts";
import { mixtureSecondMoment } from "./mixture.ts";
import { stratifiedMoments } from "./strata.ts";
import { wishartTraceMoments } from "./wishart.ts";

const one = identity(1);
const two = identity(2);
const huge = (matrix = two) => scale(matrix, 1e200);

/** What an untyped caller passes by mistake. */
const untyped = (value: unknown): never => value as never;

describe("each refusal names the function and the part that is wrong", () => {
  const wide = matrixFromRows([[1, 0, 0]]);
  const rows: IndependentRows = {
    contextLength: 3,
    covariates: two,
    signalMoment: two,
    energyMoment: scale(two, 4),
    responseSecondMoment: 2,
    evenPartDecouples: "proved",
  };
  const law: LinearLaw = {
    contextLength: 3,
    covariates: two,
    tasks: two,
    fourthMoment: scale(two, 4),
    noiseVariance: 0,
  };
  const noise = { variance: 1, slope: 1, covariates: two, fourthMoment: two };
  const mixture = {
    weights: [0.5, 0.5],
    means: [
      [0, 1],
      [1, 0],
    ],
    covariances: [two, two],
  };
  const sizes = { contextLength: 4, dimension: 2, order: 3 };
  const setting = { contextLength: 3, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 };
  const stratum = { probability: 1, moments: gaussianLinearMoments(setting) };

  const refusals: Readonly<Record<string, readonly (readonly [call: () => unknown, words: string])[]>> = {
    gaussianFourthMoment: [
      [
        () => gaussianFourthMoment(untyped(undefined), two),
        "expected a matrix (covariates) with rows, columns, values",
      ],
      [() => gaussianFourthMoment(two, untyped({})), "expected a matrix (tasks) with rows, columns, values"],
    ],
    ellipticalFourthMoment: [
      [
        () => ellipticalFourthMoment(untyped(undefined), 1, two),
        "expected a matrix (covariates) with rows, columns, values",
      ],
      [() => ellipticalFourthMoment(two, 1, one), "expected tasks to be 2×2; got 1×1"],
      [() => ellipticalFourthMoment(two, -1, two), "expected a finite radial factor, at least 0; got -1"],
      [() => ellipticalFourthMoment(two, 0.5 * (1 - 2 ** -39), two), "expected a radial factor q with E‖x‖⁴"],
      [() => ellipticalFourthMoment(huge(), 1, two), "expected a fourth moment within the range"],
    ],
    productFourthMoment: [
      [() => productFourthMoment(untyped(undefined), 3, two), "expected a matrix (mixing) with rows, columns, values"],
      [() => productFourthMoment(scale(two, NaN), 3, two), "expected a finite entry of mixing; got NaN"],
      [() => productFourthMoment(wide, 3, two), "expected tasks to be 1×1; got 2×2"],
      [() => productFourthMoment(two, NaN, two), "expected a finite kurtosis; got NaN"],
      [() => productFourthMoment(two, 0.99, two), "expected a kurtosis κ = E z⁴ of at least (E z²)² = 1; got 0.99"],
      [() => productFourthMoment(huge(), 3, two), "expected a fourth moment within the range"],
    ],
    heteroscedasticNoiseMoment: [
      [() => heteroscedasticNoiseMoment(untyped({ variance: 1 })), "expected noise with variance, slope, covariates"],
      [
        () => heteroscedasticNoiseMoment({ ...noise, covariates: untyped(undefined) }),
        "expected a matrix (covariates) with rows",
      ],
      [() => heteroscedasticNoiseMoment({ ...noise, covariates: wide }), "expected covariates to be 1×1; got 1×3"],
      [() => heteroscedasticNoiseMoment({ ...noise, fourthMoment: one }), "expected fourthMoment to be 2×2; got 1×1"],
      [
        () => heteroscedasticNoiseMoment({ ...noise, variance: -1 }),
        "expected a finite noise variance, at least 0; got -1",
      ],
      [() => heteroscedasticNoiseMoment({ ...noise, slope: -1 }), "expected a finite slope, at least 0; got -1"],
      [
        () => heteroscedasticNoiseMoment({ ...noise, slope: 1e308, variance: 100 }),
        "expected a noise moment within the range",
      ],
    ],
    independentRowMoments: [
      [
        () => independentRowMoments(untyped(undefined)),
        "expected moments of independent rows with contextLength, covariates",
      ],
      [() => independentRowMoments({ ...rows, covariates: untyped({}) }), "expected a matrix (covariates) with rows"],
      [
        () => independentRowMoments({ ...rows, contextLength: 0 }),
        "expected a whole context length, at least 1; got 0",
      ],
      [
        () => independentRowMoments({ ...rows, responseSecondMoment: -1 }),
        "expected a finite second moment of the response",
      ],
      [() => independentRowMoments({ ...rows, covariates: wide }), "expected covariates to be 1×1; got 1×3"],
      [() => independentRowMoments({ ...rows, signalMoment: one }), "expected signalMoment to be 2×2; got 1×1"],
      [() => independentRowMoments({ ...rows, energyMoment: one }), "expected energyMoment to be 2×2; got 1×1"],
      [
        () => independentRowMoments({ ...rows, energyMoment: scale(two, 1e308) }),
        "expected a step moment within the range",
      ],
    ],
    linearMoments: [
      [() => linearMoments(untyped({})), "expected a linear law with contextLength, covariates, tasks, fourthMoment"],
      [() => linearMoments({ ...law, noiseVariance: -1 }), "expected a finite noise variance, at least 0; got -1"],
      [() => linearMoments({ ...law, covariates: untyped(undefined) }), "expected a matrix (covariates) with rows"],
      [() => linearMoments({ ...law, tasks: one }), "expected tasks to be 2×2; got 1×1"],
      [() => linearMoments({ ...law, fourthMoment: one }), "expected fourthMoment to be 2×2; got 1×1"],
    ],
    mixtureSecondMoment: [
      [() => mixtureSecondMoment(untyped({})), "expected a mixture with weights, means, covariances"],
      [() => mixtureSecondMoment({ ...mixture, weights: untyped(1) }), "expected a list of components; got number"],
      [
        () => mixtureSecondMoment({ ...mixture, covariances: untyped(two) }),
        "expected a list of components; got object",
      ],
      [() => mixtureSecondMoment({ weights: [], means: [], covariances: [] }), "expected one weight, one mean and one"],
      [() => mixtureSecondMoment({ ...mixture, weights: [1] }), "expected one weight, one mean and one covariance per"],
      [() => mixtureSecondMoment({ ...mixture, means: [[0, 1]] }), "got 2 weights, 1 means, 2 covariances"],
      [() => mixtureSecondMoment({ ...mixture, covariances: [two] }), "got 2 weights, 2 means, 1 covariances"],
      [
        () => mixtureSecondMoment({ ...mixture, weights: [0.5, 0.4] }),
        "expected weights of the components that sum to 1",
      ],
      [
        () => mixtureSecondMoment({ ...mixture, covariances: [two, untyped(undefined)] }),
        "expected a matrix (covariances[1])",
      ],
      [
        () => mixtureSecondMoment({ ...mixture, means: [[0, 1], untyped(7)] }),
        "a list of coordinates of means[1]; got number",
      ],
      [
        () => mixtureSecondMoment({ ...mixture, covariances: [two, one] }),
        "expected covariances[1] to be 2×2; got 1×1",
      ],
      [() => mixtureSecondMoment({ ...mixture, means: [[0, 1], [1]] }), "expected means[1] to be 2×1; got 1×1"],
      [
        () =>
          mixtureSecondMoment({
            ...mixture,
            means: [
              [0, 1],
              [1e200, 0],
            ],
          }),
        "expected a moment of the mixture within",
      ],
    ],
    stratifiedMoments: [
      [() => stratifiedMoments(untyped({})), "expected a list of strata; got object"],
      [() => stratifiedMoments([]), "expected at least one stratum; got none"],
      [
        () => stratifiedMoments([untyped({ probability: 1 })]),
        "expected a stratum with probability, moments; got one without",
      ],
      [
        () => stratifiedMoments([{ probability: 1, moments: untyped({}) }]),
        "expected moments of prompts with contextLength",
      ],
      [
        () => stratifiedMoments([{ ...stratum, probability: 0.5 }]),
        "expected probabilities of the strata that sum to 1",
      ],
    ],
    correlatedRowMoments: [
      [() => correlatedRowMoments(setting, 3 * (1 - 2 ** -39)), "from n = 3 to n² = 9; got 2.99"],
      [() => correlatedRowMoments(setting, 9 * (1 + 2 ** -39)), "from n = 3 to n² = 9; got 9.00"],
      [() => correlatedRowMoments(setting, NaN), "from n = 3 to n² = 9; got NaN"],
    ],
    ar1SquaredCorrelations: [
      [() => ar1SquaredCorrelations(0.5, 0), "expected a whole context length, at least 1; got 0.5"],
      [() => ar1SquaredCorrelations(3, -1.01), "expected a finite 1 − |ρ|, at least 0; got -0.01"],
    ],
    studentRadialFactor: [
      [() => studentRadialFactor(4), "expected more than 4 degrees of freedom, finitely many; got 4"],
      [() => studentRadialFactor(Infinity), "expected more than 4 degrees of freedom, finitely many; got Infinity"],
      [() => studentKurtosis(3), "expected more than 4 degrees of freedom, finitely many; got 3"],
    ],
    sphereRadialFactor: [[() => sphereRadialFactor(0.5), "expected a whole dimension, at least 1; got 0.5"]],
    wishartTraceMoments: [
      [() => wishartTraceMoments(untyped({})), "expected sizes with contextLength, dimension, order"],
      [() => wishartTraceMoments({ ...sizes, contextLength: 0 }), "expected a whole context length, at least 1; got 0"],
      [() => wishartTraceMoments({ ...sizes, dimension: 0 }), "expected a whole dimension, at least 1; got 0"],
      [() => wishartTraceMoments({ ...sizes, order: -1 }), "expected a whole order, at least 0; got -1"],
      [() => wishartTraceMoments({ ...sizes, order: 101 }), "expected an order of at most 100; got 101"],
    ],
  };

  test.each(Object.entries(refusals))("%s", (name, calls) => {
    for (const [call, words] of calls) {
      expect(call).toThrowError(`${name}: `);
      expect(call).toThrowError(words);
    }
  });

  test("what rounding leaves at an edge is not refused", () => {
    expect(correlatedRowMoments(setting, 3 * (1 - 2 ** -41)).strata).toHaveLength(1);
    expect(correlatedRowMoments(setting, 9 * (1 + 2 ** -41)).strata).toHaveLength(1);
    expect(ellipticalFourthMoment(two, 0.5 * (1 - 2 ** -41), two).rows).toBe(2);
    expect(wishartTraceMoments({ ...sizes, order: 100 }).value).toHaveLength(101);
    expect(wishartTraceMoments({ ...sizes, order: 0 }).value).toEqual([2n]);
    expect(productFourthMoment(two, 1, two).rows).toBe(2);
  });
});
