import { covariance, diagonal, isotropic, matrix, multiply, transpose } from "@onestep/core";
import { anyContextLength, anyDimension, anyNoiseVariance, expectClose } from "@onestep/testkit";
import { assert, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { energyMoments } from "../target/energies.ts";
import { singleIndexEnergies } from "../target/single-index.ts";
import { depthFloor } from "./depth-floor.ts";

describe("depthFloor", () => {
  test("is σ² for linear targets, and what the linear part leaves for others", () => {
    const linear = gaussianLinearMoments({
      contextLength: 5,
      covariates: covariance(diagonal([2, 1, 0.1])),
      tasks: isotropic(3),
      noiseVariance: 0.25,
    });
    expectClose(depthFloor(linear).value.floor, 0.25, 1e-14);
    const relu = energyMoments(singleIndexEnergies({ c1: 0.5, a: 0.5, b2: 1.5 }, { dimension: 5 }), {
      contextLength: 10,
      dimension: 5,
      noiseVariance: 0.1,
    });
    expectClose(depthFloor(relu).value.floor, 0.1 + 0.5 - 0.25, 1e-15);
    const lengths = [2, 9].map((contextLength) => ({
      probability: 0.5,
      moments: gaussianLinearMoments({
        contextLength,
        covariates: isotropic(3),
        tasks: isotropic(3),
        noiseVariance: 0.25,
      }),
    }));
    expectClose(depthFloor(stratifiedMoments(lengths)).value.floor, 0.25, 1e-14);
    const spectra = [1, 2].map((variance) => ({
      probability: 0.5,
      moments: gaussianLinearMoments({
        contextLength: 5,
        covariates: isotropic(3, variance),
        tasks: isotropic(3),
        noiseVariance: 0,
      }),
    }));
    expect(() => depthFloor(stratifiedMoments(spectra))).toThrowError(/one covariance for all prompts/);
  });
});

describe("a query with a law of its own", () => {
  const covariates = covariance(diagonal([2, 1, 0.5]));
  const setting = { contextLength: 12, covariates, tasks: isotropic(3), noiseVariance: 0.1 };

  test("is refused where the moments give it away: A, B or E y_q² cannot be those of the rows' law", () => {
    const rotation = matrix(3, 3, [0.6, -0.8, 0, 0.8, 0.6, 0, 0, 0, 1]);
    const rotated = covariance(multiply(rotation, covariates.matrix, transpose(rotation)));
    expect(() => depthFloor(gaussianLinearMoments(setting, rotated))).toThrowError(/not symmetric/);
    const larger = covariance(diagonal([8, 4, 2]));
    expect(() => depthFloor(gaussianLinearMoments(setting, larger))).toThrowError(/B ⪰ nA violated/);
    const smaller = covariance(diagonal([0.4, 0.2, 0.1]));
    expect(() => depthFloor(gaussianLinearMoments(setting, smaller))).toThrowError(/above E y_q²/);
  });

  test("never for laws whose query follows the rows", () => {
    assert(
      property(anyContextLength(), anyDimension(), anyNoiseVariance(), (contextLength, dimension, noiseVariance) => {
        const spread = (base: number) => covariance(diagonal(Array.from({ length: dimension }, (_, i) => base ** i)));
        const law = { contextLength, covariates: spread(0.1), tasks: spread(3), noiseVariance };
        const moments = gaussianLinearMoments(law);
        expectClose(depthFloor(moments).value.floor, noiseVariance, 1e-13 * moments.responseSecondMoment);
      }),
    );
  });
});
