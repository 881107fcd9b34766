import { covariance, diagonal, erf, identity, isotropic, matrixFromRows, normalExpectation } from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stepSizeOf, whitenedStepSize } from "../optimum/lift.ts";
import { rotationInvariantStep } from "../optimum/rotation-invariant-step.ts";
import { optimalStepSize } from "../optimum/step-size.ts";
import { optimalStep } from "../optimum/step.ts";
import { energyMoments } from "./energies.ts";
import { kernelEnergies, momentsFromKernel, rbfProcessEnergies } from "./kernel.ts";
import { hermiteLinkMoments } from "./link.ts";
import { gaussianWeightEnergies, singleIndexEnergies, twoLayerEnergies } from "./single-index.ts";
import { coordinateEnergies, frozenFeatureMoments, sparseTaskVariance } from "./structured.ts";

const setting = { contextLength: 12, dimension: 4, noiseVariance: 0.2 };
const close = (a: ReturnType<typeof kernelEnergies>, b: ReturnType<typeof kernelEnergies>, tolerance: number): void => {
  expectClose(
    [a.signalEnergy, a.targetEnergy, a.targetSecondMoment],
    [b.signalEnergy, b.targetEnergy, b.targetSecondMoment],
    tolerance,
  );
};

describe("single index", () => {
  test("the identity link with amplitude √d·ω is Theorem 1", () => {
    const linear = singleIndexEnergies({ c1: 1, a: 1, b2: 3 }, { dimension: 4, amplitude: 3 });
    const expected = optimalStepSize({ ...setting, taskVariance: 9 / 4 }).value;
    expectClose(rotationInvariantStep(linear, setting).value.stepSize, expected, 1e-16);
  });

  test("Hermite coefficients of z³, and of any polynomial, give its moments", () => {
    const cube = hermiteLinkMoments([0, 3, 0, Math.sqrt(6)]);
    expectClose([cube.c1, cube.a, cube.b2], [3, 15, 105], 1e-13);
    const h = [0.3, -0.5, 0.7, 0.2, -0.1];
    const he = [
      () => 1,
      (z: number) => z,
      (z: number) => z ** 2 - 1,
      (z: number) => z ** 3 - 3 * z,
      (z: number) => z ** 4 - 6 * z ** 2 + 3,
    ];
    const g = (z: number): number => h.reduce((sum, c, k) => sum + (c * he[k](z)) / Math.sqrt([1, 1, 2, 6, 24][k]), 0);
    const found = hermiteLinkMoments(h);
    expectClose(
      [found.c1, found.a, found.b2],
      [
        normalExpectation((z) => z * g(z)),
        normalExpectation((z) => g(z) ** 2),
        normalExpectation((z) => (z * g(z)) ** 2),
      ],
      1e-12,
    );
  });

  test("targets without a linear part leave the model silent", () => {
    const even = singleIndexEnergies({ c1: 0, a: 1, b2: 3 }, { dimension: 4 });
    expect(rotationInvariantStep(even, setting).value).toEqual({ stepSize: 0, loss: 1.2 });
  });

  test("seen through whitened covariates, Γ* = ηΣ⁻¹ with the isotropic η", () => {
    const relu = singleIndexEnergies({ c1: 0.5, a: 0.5, b2: 1.5 }, { dimension: 2 });
    const sizes = { contextLength: 9, dimension: 2, noiseVariance: 0.1 };
    const sigma = covariance(
      matrixFromRows([
        [2, 0.5],
        [0.5, 1],
      ]),
    );
    const { preconditioner, loss } = optimalStep(energyMoments(relu, sizes, sigma)).value;
    const isotropicStep = rotationInvariantStep(relu, sizes).value;
    expectClose(whitenedStepSize(preconditioner, sigma)!, isotropicStep.stepSize, 1e-15);
    expectClose(loss, isotropicStep.loss, 1e-14);
  });

  test("energies that break Bessel's inequality are refused", () => {
    const impossible = { signalEnergy: 2, targetEnergy: 3, targetSecondMoment: 1 };
    expect(() => rotationInvariantStep(impossible, setting)).toThrowError(/Bessel/);
  });
});

describe("networks", () => {
  const leaky = (alpha: number) => (r: number) => ({
    c1: (r * (1 + alpha)) / 2,
    a: (r * r * (1 + alpha ** 2)) / 2,
    b2: (3 * r * r * (1 + alpha ** 2)) / 2,
  });

  test("leaky ReLU networks have the closed step size 1/(n−1 + 2κ(d+2) + 4σ²/((1+α)² m s² ω²))", () => {
    for (const alpha of [0, 0.3]) {
      const network = { dimension: 4, width: 8, weightVariance: 0.25, readoutVariance: 0.5 };
      const kappa = (1 + alpha ** 2) / (1 + alpha) ** 2;
      const expected = 1 / (11 + 2 * kappa * 6 + (4 * 0.2) / ((1 + alpha) ** 2 * 8 * 0.5 * 0.25));
      expectClose(
        rotationInvariantStep(twoLayerEnergies(leaky(alpha), network), setting).value.stepSize,
        expected,
        1e-14,
      );
    }
  });

  test("without noise the step size does not feel the width", () => {
    const step = (width: number): number =>
      rotationInvariantStep(
        twoLayerEnergies(leaky(0), { dimension: 4, width, weightVariance: 1, readoutVariance: 0.3 }),
        { ...setting, noiseVariance: 0 },
      ).value.stepSize;
    expectClose(step(1), step(1000), 1e-16);
  });

  test("Gaussian weights with the erf link agree with the arcsine kernel of Williams", () => {
    const kernel = (r: number, s: number, product: number): number =>
      (2 / Math.PI) * Math.asin((2 * product) / Math.sqrt((1 + 2 * r * r) * (1 + 2 * s * s)));
    const link = (r: number) => {
      const options = { scale: Math.min(1, 0.5 / r) };
      return {
        c1: normalExpectation((z) => z * erf(r * z), options),
        a: normalExpectation((z) => erf(r * z) ** 2, options),
        b2: normalExpectation((z) => (z * erf(r * z)) ** 2, options),
      };
    };
    close(gaussianWeightEnergies(link, { dimension: 3, weightVariance: 1 }), kernelEnergies(kernel, 3), 1e-10);
  });

  test("ReLU units agree with the arc-cosine kernel, in one dimension and in many", () => {
    const kernel = (r: number, s: number, product: number): number => {
      const cosine = Math.min(1, Math.max(-1, product / (r * s)));
      const angle = Math.acos(cosine);
      return ((r * s) / (2 * Math.PI)) * (Math.sin(angle) + (Math.PI - angle) * cosine);
    };
    for (const dimension of [1, 2, 3, 20]) {
      close(
        gaussianWeightEnergies(leaky(0), { dimension, weightVariance: 1 }),
        kernelEnergies(kernel, dimension),
        1e-12 * dimension * (dimension + 2),
      );
    }
  });
});

describe("the kernel principle", () => {
  test("the RBF process has its closed energies in every dimension", () => {
    for (const [dimension, lengthScale] of [
      [1, 1.3],
      [2, 0.7],
      [5, 1.3],
      [40, 1.3],
      [40, 6],
      [400, 20],
    ]) {
      const amplitude = 2;
      const kernel = (r: number, s: number, product: number): number =>
        amplitude ** 2 * Math.exp((2 * product - r * r - s * s) / (2 * lengthScale ** 2));
      close(
        kernelEnergies(kernel, dimension),
        rbfProcessEnergies({ dimension, lengthScale, amplitude }),
        1e-12 * dimension,
      );
    }
  });

  test("the linear kernel is the linear law, moment by moment", () => {
    const moments = momentsFromKernel((_, __, product) => 2 * product, setting);
    const linear = gaussianLinearMoments({
      contextLength: 12,
      covariates: isotropic(4),
      tasks: isotropic(4, 2),
      noiseVariance: 0.2,
    });
    expectMatrixClose(moments.strata[0].stepMoment, linear.strata[0].stepMoment, 1e-10);
    expectMatrixClose(moments.crossMoment, linear.crossMoment, 1e-11);
    expectClose(moments.responseSecondMoment, linear.responseSecondMoment, 1e-12);
  });

  test("independent targets add their kernels", () => {
    const rbf = (r: number, s: number, product: number): number => Math.exp((2 * product - r * r - s * s) / 2);
    const both = kernelEnergies((r, s, product) => rbf(r, s, product) + product, 3);
    const [one, other] = [kernelEnergies(rbf, 3), kernelEnergies((_, __, product) => product, 3)];
    expectClose(both.signalEnergy, one.signalEnergy + other.signalEnergy, 1e-13);
  });
});

describe("structured targets", () => {
  test("a linear coordinate target is a 1-sparse task", () => {
    const energies = coordinateEnergies({ c1: 1, a: 1, b2: 3 }, 4);
    const expected = optimalStepSize({
      ...setting,
      taskVariance: sparseTaskVariance({ dimension: 4, sparsity: 1, variance: 1 }),
    }).value;
    expectClose(rotationInvariantStep(energies, setting).value.stepSize, expected, 1e-16);
    expect(() => sparseTaskVariance({ dimension: 4, sparsity: 5, variance: 1 })).toThrowError(/at most d/);
  });

  test("frozen identity features are the linear law", () => {
    const sigma = diagonal([2, 1]);
    const features = { cross: sigma, energy: diagonal([2 * (3 * 2 + 1), 2 + 3]), secondMoment: 3 };
    const moments = frozenFeatureMoments(features, { contextLength: 7, covariates: sigma, noiseVariance: 0.3 });
    const linear = gaussianLinearMoments({
      contextLength: 7,
      covariates: covariance(sigma),
      tasks: isotropic(2),
      noiseVariance: 0.3,
    });
    expectMatrixClose(moments.strata[0].stepMoment, linear.strata[0].stepMoment, 1e-12);
    expectMatrixClose(moments.crossMoment, linear.crossMoment, 1e-12);
    expectClose(moments.responseSecondMoment, linear.responseSecondMoment, 1e-15);
    expect(
      stepSizeOf(
        optimalStep(
          frozenFeatureMoments(
            { cross: identity(2), energy: diagonal([4, 4]), secondMoment: 2 },
            { contextLength: 7, covariates: identity(2), noiseVariance: 0 },
          ),
        ).value.preconditioner,
      ),
    ).toBeCloseTo(0.1, 15);
  });
});
