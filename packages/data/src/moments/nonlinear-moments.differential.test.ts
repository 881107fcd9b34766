import {
  AssumptionError,
  matrixFromRows,
  multiply,
  normalExpectation,
  scale,
  toRows,
  type Matrix,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { exponentialCovariates } from "../covariates/exponential.ts";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { gaussianPromptMixtureCovariates } from "../covariates/gaussian-prompt-mixture.ts";
import { sphereCovariates } from "../covariates/sphere.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { TargetLaw, TargetMoments } from "../define/define-target.ts";
import { coordinateTarget } from "../targets/coordinate.ts";
import { gaussianProcessTarget } from "../targets/gaussian-process.ts";
import { linearTarget } from "../targets/linear.ts";
import { quadraticTarget } from "../targets/quadratic.ts";
import { randomFeaturesTarget } from "../targets/random-features.ts";
import { twoLayerTarget } from "../targets/two-layer.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";

const sigma = [
  [2, 0.5],
  [0.5, 1],
];
const context = gaussianCovariates({ covariance: sigma });
/** Shares no eigenvector with the context. */
const query = gaussianCovariates({
  covariance: [
    [0.7, -0.4],
    [-0.4, 1.5],
  ],
});
const momentsOf = (law: TargetLaw, ofContext: CovariateLaw = context, ofQuery: CovariateLaw = query): TargetMoments =>
  law.over(ofContext).moments(ofContext, ofQuery);

const expectMomentsClose = (actual: TargetMoments, expected: TargetMoments, tolerance: number): void => {
  for (const name of ["crossMoment", "contextMoment", "energy"] as const) {
    expectMatrixClose(actual[name], expected[name], tolerance);
  }
  expectClose(actual.secondMoment, expected.secondMoment, tolerance);
};

/** N(0, v I) as a law of independent coordinates that does not say that it is Gaussian. */
const independent = (dimension: number, variance: number): CovariateLaw => ({
  ...gaussianCovariates({ dimension, covariance: variance }),
  gaussian: false,
  coordinateExpectation: (h) => normalExpectation((z) => h(Math.sqrt(variance) * z)),
});

describe("the RBF kernel's moments", () => {
  it("are those of its waves: E ββ_qᵀ = α² E_ω[Σω ωᵀΣ_q e^{−ωᵀ(Σ+Σ_q)ω/2}]", () => {
    // Bochner: k(x, x') = α² E cos⟨ω, x − x'⟩ with ω ~ N(0, I/ℓ²), and E[x e^{i⟨ω,x⟩}] = iΣω e^{−ωᵀΣω/2}.
    const [alpha, ell] = [1.3, 0.8];
    const tiltedWaves = (of: CovariateLaw): Matrix => {
      const [own, other] = [context.covariance.matrix, of.covariance.matrix];
      const form = own.values.map((value, at) => value + other.values[at]);
      const entry = (i: number, j: number): number =>
        normalExpectation((z1) =>
          normalExpectation((z2) => {
            const w = [z1 / ell, z2 / ell] as const;
            const square = form[0] * w[0] * w[0] + 2 * form[1] * w[0] * w[1] + form[3] * w[1] * w[1];
            return w[i] * w[j] * Math.exp(-square / 2);
          }),
        );
      const mean = matrixFromRows([
        [entry(0, 0), entry(0, 1)],
        [entry(1, 0), entry(1, 1)],
      ]);
      return scale(multiply(own, mean, other), alpha * alpha);
    };
    const expected = {
      crossMoment: tiltedWaves(query),
      contextMoment: tiltedWaves(context),
      energy: scale(context.covariance.matrix, alpha * alpha),
      secondMoment: alpha * alpha,
    };
    const parameters = { dimension: 2, lengthScale: ell, amplitude: alpha };
    expectMomentsClose(momentsOf(gaussianProcessTarget(parameters)), expected, 1e-13);
    expectMomentsClose(momentsOf(randomFeaturesTarget({ ...parameters, count: 5 })), expected, 1e-13);
  });

  it("leave nothing to learn where f is constant or nothing but noise", () => {
    for (const lengthScale of [1e9, 1e-9]) {
      const { contextMoment, secondMoment } = momentsOf(gaussianProcessTarget({ dimension: 2, lengthScale }));
      expectMatrixClose(contextMoment, scale(contextMoment, 0), 1e-16);
      expect(secondMoment).toBe(1);
    }
  });
});

describe("two-layer moments", () => {
  it("with the identity link, are those of a linear target with Ω = m s_a² s_w² I", () => {
    const identityLink = twoLayerTarget({
      dimension: 2,
      width: 3,
      link: "identity",
      readoutVariance: 0.5,
      weightVariance: 0.4,
    });
    const linear = linearTarget({ tasks: gaussianTasks({ dimension: 2, covariance: 0.6 }) });
    expectMomentsClose(momentsOf(identityLink, context, context), momentsOf(linear, context, context), 1e-12);
  });

  it("grow with width and readout variance, and with these alone", () => {
    const moments = (width: number, readoutVariance: number): TargetMoments =>
      momentsOf(twoLayerTarget({ dimension: 2, width, link: "sigmoid", readoutVariance }), context, context);
    expectMomentsClose(moments(6, 0.5), moments(2, 1.5), 1e-13);
  });
});

describe("quadratic moments", () => {
  it("have the sixth moments of a Gaussian by hand: Σ = diag(2, 1)", () => {
    const { energy, contextMoment, crossMoment, secondMoment } = momentsOf(
      quadraticTarget({ dimension: 2 }),
      gaussianCovariates({ covariance: [2, 1] }),
    );
    // E x₁²(x₁² + x₂²)² = 15·8 + 2·12·1 + 2·3 and E x₂²(x₁² + x₂²)² = 15 + 2·3·2 + 12, twice each.
    expect(toRows(energy)).toEqual([
      [300, 0],
      [0, 78],
    ]);
    expect([...contextMoment.values, ...crossMoment.values]).toEqual(Array.from({ length: 8 }, () => 0));
    // E‖x‖⁴ = t² + 2 tr Σ², twice
    expectClose(secondMoment, 2 * (2.2 ** 2 + 2 * (0.49 + 2.25 + 2 * 0.16)), 1e-14);
  });

  it("agree between Gaussian covariates and independent coordinates of the same law", () => {
    const law = quadraticTarget({ dimension: 4 });
    const [one, other] = [gaussianCovariates({ dimension: 4, covariance: 1.7 }), independent(4, 1.7)];
    expectMomentsClose(momentsOf(law, other, other), momentsOf(law, one, one), 1e-10);
  });

  it("are refused where β may not vanish, or a sixth moment is not known", () => {
    const law = quadraticTarget({ dimension: 2 });
    const [skewed, sphere] = [exponentialCovariates({ dimension: 2 }), sphereCovariates({ dimension: 2 })];
    expect(() => momentsOf(law, skewed, skewed)).toThrow(AssumptionError);
    expect(() => momentsOf(law, sphere, sphere)).toThrow(/got sphere covariates/);
  });
});

describe("coordinate moments", () => {
  it("with the identity, are those of a linear target with Ω = I/d", () => {
    const linear = linearTarget({ tasks: gaussianTasks({ dimension: 2, covariance: 0.5 }) });
    expectMomentsClose(momentsOf(coordinateTarget({ dimension: 2, link: "identity" })), momentsOf(linear), 1e-14);
  });

  it("agree between Gaussian covariates and independent coordinates of the same law, in the query too", () => {
    const [one, other] = [gaussianCovariates({ dimension: 3, covariance: 1.7 }), independent(3, 1.7)];
    for (const link of ["tanh", "softplus", "cos"]) {
      const law = coordinateTarget({ dimension: 3, link });
      expectMomentsClose(momentsOf(law, other, one), momentsOf(law, one, one), 1e-12);
      expectMomentsClose(momentsOf(law, one, other), momentsOf(law, one, one), 1e-12);
    }
  });

  it("take a coordinate that a prompt leaves constant: φ(0) is then all there is", () => {
    const { perPrompt } = gaussianPromptMixtureCovariates({ weights: [0.5, 0.5], covariances: [[1, 0], 1] });
    const flat = perPrompt!.strata![0].covariates;
    const { energy, contextMoment, secondMoment } = momentsOf(
      coordinateTarget({ dimension: 2, link: "cos" }),
      flat,
      flat,
    );
    const ofFirst = coordinateTarget({ dimension: 1, link: "cos" });
    const line = gaussianCovariates({ dimension: 1 });
    const first = momentsOf(ofFirst, line, line);
    expectClose(secondMoment, (first.secondMoment + 1) / 2, 1e-15);
    expectClose([...energy.values], [(first.energy.values[0] + 1) / 2, 0, 0, 0], 1e-15);
    expectClose([...contextMoment.values], [0, 0, 0, 0], 1e-15);
  });

  it("are refused where coordinates depend on one another in an unknown way", () => {
    const sphere = sphereCovariates({ dimension: 2 });
    const law = coordinateTarget({ dimension: 2, link: "tanh" });
    expect(() => momentsOf(law, sphere, sphere)).toThrow(AssumptionError);
    const shifted: CovariateLaw = { ...independent(2, 1), declares: { centered: false, invariance: "none" } };
    expect(() => momentsOf(law, shifted, shifted)).toThrow(AssumptionError);
  });
});
