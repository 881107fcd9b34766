import { childKey, dot, meanAccumulator, multiplyVector, openStream, randomKey } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { gaussianCovariates } from "./gaussian.ts";

const DRAWS = 100_000;
const key = childKey(randomKey(seedForTests()), "gaussian covariates");
const matrix = [
  [2, 0.5, -0.3],
  [0.5, 1, 0.2],
  [-0.3, 0.2, 0.6],
];

/** Quadratic and quartic forms of x in fixed directions, against what the law declares. */
describe("gaussian covariates are what they declare", () => {
  it.each([
    ["isotropic", gaussianCovariates({ dimension: 3, covariance: 1.7 }), 0],
    ["diagonal", gaussianCovariates({ covariance: [0.3, 1, 4] }), 1],
    ["full", gaussianCovariates({ covariance: matrix }), 2],
  ])("%s", (_, law, index) => {
    const [u, v] = [Float64Array.of(1, -0.5, 2), Float64Array.of(0.3, 1, 0.4)];
    const omega = gaussianCovariates({ covariance: matrix }).covariance.matrix;
    const rows = new Float64Array(3 * DRAWS);
    law.drawRows(openStream(childKey(key, "law", index)), DRAWS, rows, 0);
    const [second, fourth] = [meanAccumulator(), meanAccumulator()];
    for (let row = 0; row < DRAWS; row++) {
      const x = rows.subarray(3 * row, 3 * row + 3);
      second.push(dot(u, x) * dot(v, x));
      fourth.push(dot(u, x) ** 2 * dot(x, multiplyVector(omega, x)));
    }
    const declaredSecond = dot(u, multiplyVector(law.covariance.matrix, v));
    const declaredFourth = dot(u, multiplyVector(law.fourthMoment!(omega), u));
    expectWithin(second.estimate(), declaredSecond);
    expectWithin(fourth.estimate(), declaredFourth);
    // Power: a quarter too much is 18 standard errors or more, 6 for the level and 12 for never missing it.
    expectRejected(second.estimate(), declaredSecond * 1.25);
    expectRejected(fourth.estimate(), declaredFourth * 1.25);
  });
});
