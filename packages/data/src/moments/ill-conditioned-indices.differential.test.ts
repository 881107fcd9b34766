import { compositeGaussLegendre, integrate, NumericalError, type Matrix } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { Link } from "../define/define-link.ts";
import type { TargetMoments } from "../define/define-target.ts";
import { geluLink } from "../links/gelu.ts";
import { leakyReluLink } from "../links/leaky-relu.ts";
import { reluLink } from "../links/relu.ts";
import { signLink } from "../links/sign.ts";
import { softplusLink } from "../links/softplus.ts";
import { tanhLink } from "../links/tanh.ts";
import { singleIndexTarget } from "../targets/single-index.ts";

const TOLERANCE = 2 ** 12 * 2 ** -53;

const momentsOf = (link: Link, context: readonly number[], query: readonly number[] = context): TargetMoments => {
  const [own, ofQuery] = [context, query].map((covariance) => gaussianCovariates({ covariance: [...covariance] }));
  const target = singleIndexTarget({ dimension: context.length, link });
  return target.over(own).moments(own, query === context ? own : ofQuery);
};

const diagonalOf = ({ rows, values }: Matrix): number[] =>
  Array.from({ length: rows }, (_, i) => values[i * (rows + 1)]);

/** Every entry of a diagonal to its own digits. */
const expectEntries = (actual: readonly number[], expected: readonly number[]): void => {
  actual.forEach((entry, i) => expect(Math.abs(entry / expected[i] - 1)).toBeLessThanOrEqual(TOLERANCE));
};

/**
 * E[h(v) vᵢ²] for v on the circle, v₂/v₁ = eʸ, by the trapezoidal rule in y: a sum of positive terms, whose error is
 * e^{−π²/step}, since the poles of vᵢ² and of 1/q lie at Im y = π/2.
 */
const onCircle = (h: (squares: readonly [number, number]) => number): number[] => {
  const step = 0.125;
  const averages = [0, 0];
  for (let y = -100; y <= 100; y += step) {
    const squares: [number, number] = [1 / (1 + Math.exp(2 * y)), 1 / (1 + Math.exp(-2 * y))];
    const share = (step * h(squares)) / (Math.PI * Math.cosh(y));
    squares.forEach((square, i) => (averages[i] += share * square));
  }
  return averages;
};

/** E[vᵢ²/vᵀΛv] = ∫₀^∞ Πⱼ(1 + 2tλⱼ)^{−½}/(1 + 2tλᵢ) dt, in log t. */
const inverseMoments = (eigenvalues: readonly number[]): number[] => {
  const rule = compositeGaussLegendre(
    Array.from({ length: 201 }, (_, panel) => panel - 100),
    16,
  );
  return eigenvalues.map((own) =>
    integrate(rule, (y) => {
      const t = Math.exp(y);
      const product = eigenvalues.reduce((sum, lambda) => sum + Math.log1p(2 * t * lambda), 0);
      return Math.exp(y - product / 2) / (1 + 2 * t * own);
    }),
  );
};

const spectra = [
  [1e12, 1],
  [1e6, 1e-6],
  [1, 1e16],
  [1e-16, 1],
] as const;
const links = [signLink({}), tanhLink({}), reluLink({}), leakyReluLink({}), geluLink({}), softplusLink({})] as const;

describe("single-index moments over ill-conditioned covariances", () => {
  it.each(links)("$name: every entry agrees with the integral over the circle", (link) => {
    for (const spectrum of spectra) {
      const moments = momentsOf(link, spectrum);
      const variance = (v: readonly [number, number]): number => spectrum[0] * v[0] + spectrum[1] * v[1];
      const at = (v: readonly [number, number]) => link.moments(Math.sqrt(variance(v)));

      const slopes = onCircle((v) => at(v).slope ** 2 / variance(v));
      expectEntries(
        diagonalOf(moments.contextMoment),
        slopes.map((slope, i) => spectrum[i] ** 2 * slope),
      );
      const flat = onCircle((v) => at(v).energy);
      const excess = onCircle((v) => (at(v).tiltedEnergy - at(v).energy) / variance(v));
      expectEntries(
        diagonalOf(moments.energy),
        spectrum.map((lambda, i) => lambda * (flat[0] + flat[1]) + lambda ** 2 * excess[i]),
      );
      expectEntries([moments.secondMoment], [flat[0] + flat[1]]);
    }
  });

  it.each([[[1e8, 1, 1e-8]], [[1e12, 1, 1e-12]], [[1, 1e12, 3e12]], [[1e-6, 1e6, 1e6, 2, 1e-6]]])(
    "sign labels agree with an integral over a Gaussian vector: Σ = diag %j",
    (spectrum) => {
      const inverse = inverseMoments(spectrum);
      expectEntries(
        diagonalOf(momentsOf(signLink({}), spectrum).contextMoment),
        spectrum.map((lambda, i) => (2 / Math.PI) * lambda ** 2 * inverse[i]),
      );
    },
  );

  it("a query of covariance 4Σ doubles the cross moment of sign labels", () => {
    const context = [1e12, 3, 1];
    const { crossMoment, contextMoment } = momentsOf(
      signLink({}),
      context,
      context.map((lambda) => 4 * lambda),
    );
    expectEntries(
      diagonalOf(crossMoment),
      diagonalOf(contextMoment).map((entry) => 2 * entry),
    );
  });

  it("a query of covariance αI + βΣ agrees with the integral over the circle", () => {
    const [context, query] = [
      [1e12, 1],
      [2e12 + 3, 5],
    ] as const;
    for (const [own, other] of [
      [context, query],
      [query, context],
    ] as const) {
      const link = tanhLink({});
      const cross = onCircle((v) => {
        const [s2, q2] = [own, other].map((spectrum) => spectrum[0] * v[0] + spectrum[1] * v[1]);
        return (link.moments(Math.sqrt(s2)).slope * link.moments(Math.sqrt(q2)).slope) / Math.sqrt(s2 * q2);
      });
      expectEntries(
        diagonalOf(momentsOf(link, own, other).crossMoment),
        cross.map((value, i) => own[i] * other[i] * value),
      );
    }
  });

  it("refuses a covariance whose smallest eigenvalue is rounding, and names its condition", () => {
    const target = singleIndexTarget({ dimension: 2, link: "sign" });
    const nearlySingular = gaussianCovariates({
      covariance: [
        [1, 1 - 2 ** -50],
        [1 - 2 ** -50, 1],
      ],
    });
    const refusedCondition = (): unknown => target.over(nearlySingular).moments(nearlySingular, nearlySingular);
    expect(refusedCondition).toThrow(NumericalError);
    expect(refusedCondition).toThrow(/condition number/);
    expect(() => momentsOf(signLink({}), [1, 1e31])).toThrow(/condition number 1\.0e\+31/);
  });
});
