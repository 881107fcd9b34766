import { compositeGaussLegendre, erf, integrate, normalDensity } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { crossEntropyStep } from "./cross-entropy.ts";

const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** E[m/(1+e^{ηm})] and E log(1+e^{−ηm}) over a law of margins given by its expectation. */
function slopeAndLoss(eta: number, expectation: (f: (margin: number) => number) => number): number[] {
  return [expectation((m) => m / (1 + Math.exp(eta * m))), expectation((m) => softplus(-eta * m))];
}

const half = compositeGaussLegendre([0, 1.5, 3, 4.5, 6, 8, 10], 12);
const angle = compositeGaussLegendre([0, 1, 2, Math.PI], 16);

/**
 * n = 1, d = 2: yx lies in the half-plane around u, so that two of them are at an angle δ of density 2(π − δ)/π², at
 * distances of Rayleigh's law; the margin has the wrong sign where one of the two labels is flipped.
 */
const onePair =
  (flip: number) =>
  (f: (margin: number) => number): number => {
    const wrong = 2 * flip * (1 - flip);
    let sum = 0;
    half.nodes.forEach((r, i) =>
      half.nodes.forEach((s, j) =>
        angle.nodes.forEach((delta, k) => {
          const radii = half.weights[i] * half.weights[j] * r * s * Math.exp(-(r * r + s * s) / 2);
          const weight = (radii * angle.weights[k] * 2 * (Math.PI - delta)) / Math.PI ** 2;
          const m = r * s * Math.cos(delta);
          sum += weight * ((1 - wrong) * f(m) + wrong * f(-m));
        }),
      ),
    );
    return sum;
  };

const laplace = compositeGaussLegendre([0, 1, 4, 12, 30], 12);
const halfNormal = (z: number): number => 2 * normalDensity(z);
/** |z₁| + |z₂| */
const sumOfTwo = (t: number): number => (2 / Math.sqrt(Math.PI)) * Math.exp((-t * t) / 4) * erf(t / 2);
/** |z₁| + |z₂| + |z₃| */
const sumOfThree = (t: number): number =>
  integrate(compositeGaussLegendre([0, t / 4, t / 2, t], 16), (s) => halfNormal(s) * sumOfTwo(t - s));

/** d = 3: along u the margin is |z|T, T = Σ|zᵢ|, and the part of it across u is √n times a Laplace variable. */
const inThreeDimensions =
  (n: number, densityOfT: (t: number) => number) =>
  (f: (margin: number) => number): number => {
    const along = compositeGaussLegendre([0, 1, 2, 3.5, 5, 7, 10, 14], 10);
    let sum = 0;
    along.nodes.forEach((t, i) => {
      const mass = along.weights[i] * densityOfT(t);
      half.nodes.forEach((z, j) =>
        laplace.nodes.forEach((p, k) => {
          const weight = mass * half.weights[j] * halfNormal(z) * laplace.weights[k] * 0.5 * Math.exp(-p);
          const across = Math.sqrt(n) * p;
          sum += weight * (f(z * t + across) + f(z * t - across));
        }),
      );
    });
    return sum;
  };

describe("crossEntropyStep", () => {
  test.each<[string, Parameters<typeof crossEntropyStep>[0], (f: (margin: number) => number) => number]>([
    ["n = 1, d = 2", { contextLength: 1, dimension: 2 }, onePair(0)],
    ["n = 1, d = 2, labels flipped", { contextLength: 1, dimension: 2, flipProbability: 0.2 }, onePair(0.2)],
    ["n = 2, d = 3", { contextLength: 2, dimension: 3 }, inThreeDimensions(2, sumOfTwo)],
    ["n = 3, d = 3", { contextLength: 3, dimension: 3 }, inThreeDimensions(3, sumOfThree)],
  ])("%s: the stationarity equation and the loss, by an integral of its own", (_, labels, expectation) => {
    expectClose(
      expectation(() => 1),
      1,
      1e-12,
    );
    const { stepSize, loss } = crossEntropyStep(labels).value;
    expectClose(slopeAndLoss(stepSize, expectation), [0, loss], 1e-11);
  });

  test("d = 3, n = 2: the published digits", () => {
    const { stepSize, loss } = crossEntropyStep({ contextLength: 2, dimension: 3 }).value;
    expectClose([stepSize, loss], [0.507098, 0.559418], 5e-7);
  });

  test("labels that are nearly random leave a step that falls as (1 − 2p)², and the search ends", () => {
    const stepSize = (flipProbability: number): number =>
      crossEntropyStep({ contextLength: 3, dimension: 2, flipProbability }).value.stepSize;
    const limit = stepSize(0.499) / 4e-6;
    for (const [p, relative] of [
      [0.4999, 1e-4],
      [0.49999, 1e-4],
      [0.499999, 1e-3],
    ]) {
      expectClose(stepSize(p) / (1 - 2 * p) ** 2 / limit, 1, relative);
    }
    // Below the rounding of its terms, no step can be told from none.
    expect(stepSize(0.5 - 2 ** -50)).toBe(0);
  });
});
