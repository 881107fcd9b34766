import { covariance, identity, isotropic } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { energyMoments, scaleEnergies } from "./energies.ts";
import { kernelEnergies, momentsFromKernel, rbfProcessEnergies } from "./kernel.ts";
import { hermiteLinkMoments } from "./link.ts";
import { gaussianWeightEnergies, singleIndexEnergies, twoLayerEnergies } from "./single-index.ts";
import { coordinateEnergies, frozenFeatureMoments, sparseTaskVariance } from "./structured.ts";

const linear = { signalEnergy: 1, targetEnergy: 3, targetSecondMoment: 1 };
const setting = { contextLength: 9, dimension: 3, noiseVariance: 0 };

describe("energies of no target are refused", () => {
  test("multiples that are not finite or negative", () => {
    expect(() => scaleEnergies(linear, NaN)).toThrowError(/factor, at least 0; got NaN/);
    expect(() => scaleEnergies(linear, -1)).toThrowError(/factor, at least 0; got -1/);
    expect(() => scaleEnergies({ ...linear, targetEnergy: NaN }, 1)).toThrowError(/range of floating point/);
    expect(() => scaleEnergies(linear, 1e308)).toThrowError(/range of floating point/);
  });

  test("energies that break Bessel's or Jensen's inequality", () => {
    expect(() => energyMoments({ ...linear, signalEnergy: 2, targetEnergy: 9 }, setting)).toThrowError(/Bessel/);
    expect(() => energyMoments({ ...linear, targetEnergy: 0.5 }, setting)).toThrowError(/Jensen/);
    expect(() => energyMoments(linear, setting, isotropic(2))).toThrowError(/covariates to be 3×3/);
    expect(energyMoments(linear, setting, covariance(identity(3))).dimension).toBe(3);
  });

  test("moments that no link has", () => {
    expect(() => singleIndexEnergies({ c1: 2, a: 1, b2: 9 }, { dimension: 3 })).toThrowError(/Cauchy–Schwarz/);
    expect(() => coordinateEnergies({ c1: 1, a: 1, b2: 0.5 }, 3)).toThrowError(/Jensen/);
    expect(() => hermiteLinkMoments([0, NaN])).toThrowError(/coefficient h1/);
    expect(() => hermiteLinkMoments([0, 1e200])).toThrowError(/range of floating point/);
    expect(() => singleIndexEnergies({ c1: 1, a: 1, b2: 3 }, { dimension: 3, amplitude: 1e200 })).toThrowError(
      /finite/,
    );
    const broken = (): { c1: number; a: number; b2: number } => ({ c1: 0, a: NaN, b2: 0 });
    expect(() => gaussianWeightEnergies(broken, { dimension: 3, weightVariance: 1 })).toThrowError(/finite a/);
    const network = { dimension: 3, width: 0, weightVariance: 1, readoutVariance: 1 };
    expect(() => twoLayerEnergies(() => ({ c1: 0, a: 0, b2: 0 }), network)).toThrowError(/at least one hidden unit/);
  });

  test("functions that are no kernel", () => {
    const refused: readonly ((r: number, s: number, product: number) => number)[] = [
      (_, __, product) => -product,
      (_, __, product) => Math.exp(-product),
      (_, __, product) => 1 - 0.5 * Math.tanh(product),
      (r, s, product) => r * r + s * s - 2 * product,
      (r, s, product) => (r * r + s * s - 2 * product < 1 ? 1 : 0),
    ];
    for (const dimension of [1, 2, 5]) {
      for (const kernel of refused) {
        expect(() => kernelEnergies(kernel, dimension)).toThrowError(/positive semidefinite; got a Gram matrix/);
        expect(() => momentsFromKernel(kernel, { ...setting, dimension })).toThrowError(/positive semidefinite/);
      }
    }
    expect(() => kernelEnergies((r, _, product) => r * product, 3)).toThrowError(/with the points exchanged/);
    expect(() => kernelEnergies(() => NaN, 3)).toThrowError(/finite kernel/);
  });

  test("kernels at the edge of what is positive pass: silence, the linear kernel, and polynomials", () => {
    expect(kernelEnergies(() => 0, 3)).toEqual({ signalEnergy: 0, targetEnergy: 0, targetSecondMoment: 0 });
    // E⟨x, x'⟩⁴ = d E x⁴ + … = 3d² + 6d: the arithmetic of a product of two normal vectors.
    expectClose(kernelEnergies((_, __, product) => product ** 3, 3).signalEnergy, 45, 1e-11);
  });

  test("lengths at both ends of the range have their limit, and none is NaN", () => {
    for (const lengthScale of [1e-200, 1e200]) {
      expect(rbfProcessEnergies({ dimension: 3, lengthScale })).toEqual({ ...linear, signalEnergy: 0 });
    }
    expect(() => rbfProcessEnergies({ dimension: 3, lengthScale: 1, amplitude: 1e200 })).toThrowError(/finite/);
  });

  test("tasks and features out of range", () => {
    expect(sparseTaskVariance({ dimension: 4, sparsity: 4, variance: 1e308 })).toBe(1e308);
    const features = { cross: identity(3), energy: identity(3), secondMoment: -1 };
    const rows = { contextLength: 2, covariates: identity(3), noiseVariance: 2 };
    expect(() => frozenFeatureMoments(features, rows)).toThrowError(/second moment of the features/);
  });
});
