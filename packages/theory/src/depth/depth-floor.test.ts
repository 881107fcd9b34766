import { add, covariance, diagonal, isotropic, matrix, maxAbs, multiply, scale, transpose } from "@onestep/core";
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

describe("how far from a law the moments may be", () => {
  const moments = gaussianLinearMoments({
    contextLength: 4,
    covariates: covariance(diagonal([2, 1])),
    tasks: isotropic(2),
    noiseVariance: 0.5,
  });
  const { crossMoment, strata, responseSecondMoment } = moments;
  const stratum = strata[0];
  /** 2⁻²⁶ is the rounding that is allowed. */
  const [less, more] = [2 ** -26 * 0.9, 2 ** -26 * 1.1];

  test("A differs from its transpose by 2⁻²⁶ of its largest entry, and no more", () => {
    const bent = (by: number) => ({
      ...moments,
      crossMoment: add(crossMoment, matrix(2, 2, [0, by * maxAbs(crossMoment), 0, 0])),
    });
    expectClose(depthFloor(bent(less)).value.floor, 0.5, 1e-6);
    expect(() => depthFloor(bent(more))).toThrowError(/a cross moment A that is not symmetric/);
  });

  test("B lies below nA by 2⁻²⁶ of its largest entry, and no more", () => {
    // Two strata, so that B is their mean; n = 4 here.
    const below = (by: number) => {
      const stepMoment = scale(crossMoment, 4);
      const off = matrix(2, 2, [0, 0, 0, -by * maxAbs(stepMoment)]);
      const part = (weight: number) => ({ ...stratum, probability: weight, stepMoment: add(stepMoment, off) });
      return { ...moments, strata: [part(0.25), part(0.75)] };
    };
    expectClose(depthFloor(below(less)).value.floor, 0.5, 1e-14);
    expect(() => depthFloor(below(more))).toThrowError(/B ⪰ nA violated/);
  });

  test("more than E y_q² is explained by 2⁻²⁶ of it, and no more; the floor is 0 then", () => {
    const { explained } = depthFloor(moments).value;
    expectClose(explained, responseSecondMoment - 0.5, 1e-14);
    const small = (by: number) => ({ ...moments, responseSecondMoment: explained / (1 + by) });
    expect(depthFloor(small(less)).value).toEqual({ floor: 0, explained });
    expect(() => depthFloor(small(more))).toThrowError(/above E y_q²/);
  });

  test("a target that is 0 has the floor 0, and strata differ where one entry of one of them does", () => {
    const nothing = gaussianLinearMoments({
      contextLength: 4,
      covariates: isotropic(2),
      tasks: isotropic(2, 0),
      noiseVariance: 0,
    });
    expect(depthFloor(nothing).value).toEqual({ floor: 0, explained: 0 });
    const other = { ...stratum, probability: 0.5, querySecondMoment: diagonal([2, 1 + 1e-9]) };
    const two = { ...moments, strata: [{ ...stratum, probability: 0.5 }, other] };
    expect(() => depthFloor(two)).toThrowError(/2 strata with different covariances/);
  });
});
