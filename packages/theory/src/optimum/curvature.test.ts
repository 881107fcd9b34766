import { covariance, diagonal, isotropic, matrixFromRows, multiply, transpose, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { lossCurvature } from "./curvature.ts";
import { directDimension } from "./stationarity.ts";

const rotation = matrixFromRows([
  [0.6, -0.8, 0],
  [0.48, 0.36, -0.8],
  [0.64, 0.48, 0.6],
]);
const rotated = (eigenvalues: number[]): Matrix => multiply(rotation, diagonal(eigenvalues), transpose(rotation));

const at = (covariates: Matrix, contextLength: number) =>
  gaussianLinearMoments({
    contextLength,
    covariates: covariance(covariates),
    tasks: isotropic(covariates.rows),
    noiseVariance: 0.3,
  });

describe("lossCurvature", () => {
  test("is 2λ(S)λ(B) at its extremes, without the directions that Σ does not know", () => {
    // λ(B) = n(n+1)λ² + nτλ with n = 5 and τ = 3.3: 153 at λ = 2, 46.5 at λ = 1.
    for (const covariates of [diagonal([2, 0, 1]), rotated([2, 0, 1])]) {
      const { largest, smallest, conditionNumber, stableLearningRate } = lossCurvature(at(covariates, 5)).value;
      expectClose([largest, smallest], [2 * 2 * 153, 2 * 46.5], 1e-11);
      expectClose(conditionNumber, 306 / 46.5, 1e-12);
      expectClose(stableLearningRate, 1 / 306, 1e-15);
    }
  });

  test("on a line is 2SB", () => {
    const line = { contextLength: 2, covariates: isotropic(1), tasks: isotropic(1), noiseVariance: 0 };
    // S = 1 and B = 2·3 + 2
    expect(lossCurvature(gaussianLinearMoments(line)).value).toEqual({
      largest: 16,
      smallest: 16,
      conditionNumber: 1,
      stableLearningRate: 1 / 8,
    });
  });

  test("several strata that share a basis have the extremes of Σ_k p_k λᵢ(S_k)λⱼ(B_k)", () => {
    const spectra = [
      [2, 0.5, 1],
      [0.3, 3, 1],
    ];
    const curvatures = [0, 1, 2].flatMap((i) =>
      [0, 1, 2].map((j) =>
        spectra.reduce((sum, lambda, k) => {
          const tau = lambda[0] + lambda[1] + lambda[2] + 0.3;
          return sum + [0.25, 0.75][k] * lambda[i] * (30 * lambda[j] ** 2 + 5 * tau * lambda[j]);
        }, 0),
      ),
    );
    const moments = stratifiedMoments(
      spectra.map((lambda, k) => ({ probability: [0.25, 0.75][k], moments: at(rotated(lambda), 5) })),
    );
    const { largest, smallest } = lossCurvature(moments).value;
    expectClose([largest, smallest], [2 * Math.max(...curvatures), 2 * Math.min(...curvatures)], 1e-11);
  });

  test("strata that share nothing, in the largest dimension that is decomposed", () => {
    const parts = [(i: number) => 1 + (i % 3), (i: number) => 3 - (i % 3)].map((variance) => {
      const moment = diagonal(Array.from({ length: directDimension }, (_, i) => variance(i)));
      return { probability: 0.5, querySecondMoment: moment, stepMoment: moment };
    });
    const law = { ...at(diagonal(Array.from({ length: directDimension }, () => 1)), 2), strata: parts };
    // aᵢaⱼ + (4 − aᵢ)(4 − aⱼ) with a in {1, 2, 3}
    const { largest, smallest } = lossCurvature(law).value;
    expectClose([largest, smallest], [10, 6], 1e-12);
  });

  test("strata that share S are one term at any dimension, those that share nothing are not", () => {
    const d = directDimension + 1;
    const line = diagonal(Array.from({ length: d }, (_, i) => 1 + (i % 3)));
    const back = diagonal(Array.from({ length: d }, (_, i) => 3 - (i % 3)));
    const both = (...parts: ReturnType<typeof at>[]) =>
      stratifiedMoments(parts.map((moments) => ({ probability: 1 / parts.length, moments })));
    const [one, two] = [lossCurvature(at(line, 2)).value.largest, lossCurvature(at(line, 4)).value.largest];
    expectClose(lossCurvature(both(at(line, 2), at(line, 4))).value.largest, (one + two) / 2, 1e-11 * two);
    expect(() => lossCurvature(both(at(line, 2), at(back, 2)))).toThrowError(
      "lossCurvature: expected several strata only up to dimension 24; got 2 strata in dimension 25",
    );
  });

  test("where no step has an effect there is none", () => {
    const silent = { contextLength: 3, covariates: isotropic(2), tasks: isotropic(2, 0), noiseVariance: 0 };
    expect(() => lossCurvature(gaussianLinearMoments(silent))).toThrowError(
      "lossCurvature: expected a law on which the loss depends on the step; got moments with S ⊗ B = 0",
    );
  });
});
