import { covariance, identity, isotropic, scale } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { energyMoments, scaleEnergies } from "./energies.ts";
import { kernelEnergies, momentsFromKernel, rbfProcessEnergies } from "./kernel.ts";
import { hermiteLinkMoments } from "./link.ts";
import { gaussianWeightEnergies, singleIndexEnergies, twoLayerEnergies } from "./single-index.ts";
import { coordinateEnergies, frozenFeatureMoments, sparseTaskVariance } from "./structured.ts";

const linear = { signalEnergy: 1, targetEnergy: 3, targetSecondMoment: 1 };
const link = { c1: 0.5, a: 0.5, b2: 1.5 };
const network = { dimension: 3, width: 2, weightVariance: 1, readoutVariance: 1 };
const features = { cross: identity(3), energy: scale(identity(3), 5), secondMoment: 3 };
const rows = { contextLength: 2, covariates: identity(3), noiseVariance: 2 };
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
    const silent = { signalEnergy: 0, targetEnergy: 0, targetSecondMoment: 0 };
    expect(energyMoments(silent, setting).responseSecondMoment).toBe(0);
    // Nine digits are left to a quadrature.
    expect(energyMoments({ ...linear, signalEnergy: 1 + 2 ** -31 }, setting).dimension).toBe(3);
    expect(() => energyMoments({ ...linear, signalEnergy: 1 + 2 ** -29 }, setting)).toThrowError(/Bessel/);
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
  });

  test.each<[string, () => unknown]>([
    ["energyMoments: expected energies of a target with signalEnergy", () => energyMoments({} as never, setting)],
    [
      "energyMoments: expected a setting with contextLength, dimension, noiseVariance",
      () => energyMoments(linear, {} as never),
    ],
    [
      "energyMoments: expected a whole context length, at least 1; got 0",
      () => energyMoments(linear, { ...setting, contextLength: 0 }),
    ],
    [
      "energyMoments: expected a whole dimension, at least 1; got 0",
      () => energyMoments(linear, { ...setting, dimension: 0 }),
    ],
    [
      "energyMoments: expected a finite noise variance, at least 0; got -1",
      () => energyMoments(linear, { ...setting, noiseVariance: -1 }),
    ],
    [
      "energyMoments: expected a finite signal energy, at least 0; got -1",
      () => energyMoments({ ...linear, signalEnergy: -1 }, setting),
    ],
    [
      "energyMoments: expected a finite target energy, at least 0; got Infinity",
      () => energyMoments({ ...linear, targetEnergy: Infinity }, setting),
    ],
    [
      "energyMoments: expected a finite target second moment, at least 0; got Infinity",
      () => energyMoments({ ...linear, targetSecondMoment: Infinity }, setting),
    ],
    ["energyMoments: expected covariates to be 3×3; got 2×2", () => energyMoments(linear, setting, isotropic(2))],
    ["scaleEnergies: expected energies of a target with signalEnergy", () => scaleEnergies({} as never, 1)],
    ["kernelEnergies: expected a whole dimension, at least 1; got 0", () => kernelEnergies(() => 1, 0)],
    ["kernelEnergies: expected a whole number of nodes, at least 2; got 1", () => kernelEnergies(() => 1, 1, 1)],
    ["kernelEnergies: expected a function (the kernel); got number", () => kernelEnergies(7 as never, 1)],
    [
      "kernelEnergies: expected a finite average of the kernel; got Infinity",
      () => kernelEnergies((_, __, product) => Math.exp(50 * product), 1),
    ],
    [
      "momentsFromKernel: expected a setting with contextLength, dimension, noiseVariance",
      () => momentsFromKernel(() => 1, {} as never),
    ],
    ["rbfProcessEnergies: expected a process with dimension, lengthScale", () => rbfProcessEnergies({} as never)],
    [
      "rbfProcessEnergies: expected a whole dimension, at least 1; got 0",
      () => rbfProcessEnergies({ dimension: 0, lengthScale: 1 }),
    ],
    [
      "rbfProcessEnergies: expected a finite length scale above 0; got 0",
      () => rbfProcessEnergies({ dimension: 1, lengthScale: 0 }),
    ],
    [
      "rbfProcessEnergies: expected a finite amplitude; got NaN",
      () => rbfProcessEnergies({ dimension: 1, lengthScale: 1, amplitude: NaN }),
    ],
    ["hermiteLinkMoments: expected a list of coefficients; got number", () => hermiteLinkMoments(7 as never)],
    [
      "hermiteLinkMoments: expected a moment of the link within the range of floating point",
      () => hermiteLinkMoments([1e200]),
    ],
    ["singleIndexEnergies: expected a target with dimension", () => singleIndexEnergies(link, {} as never)],
    [
      "singleIndexEnergies: expected a finite amplitude; got NaN",
      () => singleIndexEnergies(link, { dimension: 3, amplitude: NaN }),
    ],
    [
      "singleIndexEnergies: expected a whole dimension, at least 1; got 0",
      () => singleIndexEnergies(link, { dimension: 0 }),
    ],
    ["coordinateEnergies: expected moments of a link with c1, a, b2", () => coordinateEnergies({} as never, 3)],
    ["coordinateEnergies: expected a finite c1; got NaN", () => coordinateEnergies({ ...link, c1: NaN }, 3)],
    [
      "coordinateEnergies: expected a finite a, at least 0; got -1",
      () => coordinateEnergies({ c1: 0, a: -1, b2: 1 }, 3),
    ],
    [
      "coordinateEnergies: expected a finite b2, at least 0; got -1",
      () => coordinateEnergies({ c1: 0, a: 1, b2: -1 }, 3),
    ],
    [
      "coordinateEnergies: expected a link energy within the range of floating point",
      () => coordinateEnergies({ c1: 0, a: 1e308, b2: 1 }, 9),
    ],
    [
      "gaussianWeightEnergies: expected a function (scale ↦ moments of the link); got number",
      () => gaussianWeightEnergies(7 as never, { dimension: 3, weightVariance: 1 }),
    ],
    [
      "gaussianWeightEnergies: expected a target with dimension, weightVariance",
      () => gaussianWeightEnergies(() => link, {} as never),
    ],
    [
      "gaussianWeightEnergies: expected a whole dimension, at least 1; got 0",
      () => gaussianWeightEnergies(() => link, { dimension: 0, weightVariance: 1 }),
    ],
    [
      "gaussianWeightEnergies: expected a finite weight variance, at least 0; got -1",
      () => gaussianWeightEnergies(() => link, { dimension: 3, weightVariance: -1 }),
    ],
    [
      "twoLayerEnergies: expected a function (scale ↦ moments of the link); got number",
      () => twoLayerEnergies(7 as never, network),
    ],
    [
      "twoLayerEnergies: expected a network with dimension, width, weightVariance, readoutVariance",
      () => twoLayerEnergies(() => link, {} as never),
    ],
    [
      "twoLayerEnergies: expected a whole width, at least 1; got 0",
      () => twoLayerEnergies(() => link, { ...network, width: 0 }),
    ],
    [
      "twoLayerEnergies: expected a finite readout variance, at least 0; got -1",
      () => twoLayerEnergies(() => link, { ...network, readoutVariance: -1 }),
    ],
    ["sparseTaskVariance: expected tasks with dimension, sparsity, variance", () => sparseTaskVariance({} as never)],
    [
      "sparseTaskVariance: expected a whole dimension, at least 1; got 0",
      () => sparseTaskVariance({ dimension: 0, sparsity: 0, variance: 1 }),
    ],
    [
      "sparseTaskVariance: expected a whole sparsity, at least 0; got -1",
      () => sparseTaskVariance({ dimension: 3, sparsity: -1, variance: 1 }),
    ],
    [
      "sparseTaskVariance: expected a whole dimension minus sparsity, at least 0; got -1",
      () => sparseTaskVariance({ dimension: 3, sparsity: 4, variance: 1 }),
    ],
    [
      "sparseTaskVariance: expected a finite variance, at least 0; got -1",
      () => sparseTaskVariance({ dimension: 3, sparsity: 1, variance: -1 }),
    ],
    [
      "frozenFeatureMoments: expected features with cross, energy, secondMoment",
      () => frozenFeatureMoments({} as never, rows),
    ],
    [
      "frozenFeatureMoments: expected a setting with contextLength, covariates, noiseVariance",
      () => frozenFeatureMoments(features, {} as never),
    ],
    [
      "frozenFeatureMoments: expected a matrix (covariates) with rows, columns, values",
      () => frozenFeatureMoments(features, { ...rows, covariates: 7 as never }),
    ],
    [
      "frozenFeatureMoments: expected a matrix (cross) with rows, columns, values",
      () => frozenFeatureMoments({ ...features, cross: 7 as never }, rows),
    ],
    [
      "frozenFeatureMoments: expected energy to be 3×3; got 2×2",
      () => frozenFeatureMoments({ ...features, energy: identity(2) }, rows),
    ],
    [
      "frozenFeatureMoments: expected cross to be 3×2; got 2×2",
      () => frozenFeatureMoments({ ...features, cross: identity(2) }, rows),
    ],
    [
      "frozenFeatureMoments: expected a finite noise variance, at least 0; got -1",
      () => frozenFeatureMoments(features, { ...rows, noiseVariance: -1 }),
    ],
    [
      "frozenFeatureMoments: expected a finite second moment of the features, at least 0; got -1",
      () => frozenFeatureMoments({ ...features, secondMoment: -1 }, rows),
    ],
  ])("%s", (words, call) => {
    expect(call).toThrowError(words);
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
    expectClose(kernelEnergies(() => 1, 3, 2).targetSecondMoment, 1, 1e-14);
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
  });
});
