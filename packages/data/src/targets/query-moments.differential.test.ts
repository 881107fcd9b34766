import { matrixFromRows, multiplyVector, normalExpectation, openStream, randomKey, covariance } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { exponentialCovariates } from "../covariates/exponential.ts";
import { rademacherCovariates } from "../covariates/rademacher.ts";
import { uniformCovariates } from "../covariates/uniform.ts";
import type { Target, TargetLaw } from "../define/define-target.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";
import { coordinateTarget } from "./coordinate.ts";
import { linearTarget } from "./linear.ts";
import { quadraticTarget } from "./quadratic.ts";
import { randomFeaturesTarget } from "./random-features.ts";
import { randomSignTarget } from "./random-sign.ts";
import { singleIndexTarget } from "./single-index.ts";
import { twoLayerTarget } from "./two-layer.ts";

const sigma = [
  [2, 0.5],
  [0.5, 1],
];
const gaussian = gaussianCovariates({ covariance: sigma });
const draw = (law: TargetLaw): Target => law.over(gaussian).draw(openStream(randomKey(2)));

/** E h(x) over N(0, Σ), by two nested integrals. */
const { factor } = covariance(matrixFromRows(sigma));
const expectation = (h: (x: Float64Array) => number): number =>
  normalExpectation((z1) => normalExpectation((z2) => h(multiplyVector(factor, Float64Array.of(z1, z2)))));

describe("the moments of one target over the query", () => {
  const index = { dimension: 2, scale: 1.5, amplitude: -2 };
  it.each<[string, TargetLaw]>([
    ["linear", linearTarget({ tasks: gaussianTasks({ dimension: 2, mean: 1 }) })],
    ["single index", singleIndexTarget({ ...index, link: "tanh" })],
    ["single index, whitened, no parity", singleIndexTarget({ ...index, link: "gelu", whiten: true })],
    ["coordinate", coordinateTarget({ dimension: 2, link: "sigmoid" })],
    ["quadratic", quadraticTarget({ dimension: 2 })],
    ["random features", randomFeaturesTarget({ dimension: 2, count: 3, lengthScale: 1.3, amplitude: 0.8 })],
    ["random sign", randomSignTarget({ of: singleIndexTarget({ ...index, link: "softplus" }) })],
  ])("%s: β = E f(x)x and E f(x)² are integrals of its own values", (_, law) => {
    const target = draw(law);
    const { cross, energy } = target.queryMoments!(gaussian)!;
    expectClose(
      cross,
      [0, 1].map((i) => expectation((x) => target.at(x, 0) * x[i])),
      1e-11,
    );
    expectClose(
      energy,
      expectation((x) => target.at(x, 0) ** 2),
      1e-11,
    );
  });

  it("turn with the random sign", () => {
    const of = singleIndexTarget({ dimension: 2, link: "relu" });
    const stream = openStream(randomKey(9));
    const law = randomSignTarget({ of }).over(gaussian);
    const signs = Array.from({ length: 20 }, () => {
      const target = law.draw(stream);
      const { cross } = target.queryMoments!(gaussian)!;
      const [ahead, behind] = [cross, cross.map((entry) => -entry)].map((x) => target.at(x, 0));
      expect(ahead - behind).toBeGreaterThan(0); // f grows along β, whichever sign it has
      return Math.sign(ahead + behind);
    });
    expect(new Set(signs)).toEqual(new Set([1, -1]));
  });

  it("are exact for linear targets over any covariates", () => {
    const target = draw(linearTarget({ tasks: gaussianTasks({ dimension: 2, covariance: 0, mean: [3, -1] }) }));
    expect(target.queryMoments!(uniformCovariates({ dimension: 2 }))).toEqual({
      cross: Float64Array.of(3, -1),
      energy: 10,
    });
  });

  it("are sums over the corners for signs: f = ±φ(x_J) and xᵀAx over Rademacher coordinates", () => {
    const signs = rademacherCovariates({ dimension: 2 });
    const corners = [1, -1].flatMap((a) => [1, -1].map((b) => Float64Array.of(a, b)));
    const mean = (h: (x: Float64Array) => number): number => corners.reduce((sum, x) => sum + h(x) / 4, 0);
    for (const law of [coordinateTarget({ dimension: 2, link: "softplus" }), quadraticTarget({ dimension: 2 })]) {
      const target = draw(law);
      const { cross, energy } = target.queryMoments!(signs)!;
      const expected = [0, 1].map((i) => mean((x) => target.at(x, 0) * x[i]));
      expectClose(cross, expected, 1e-14);
      expectClose(
        energy,
        mean((x) => target.at(x, 0) ** 2),
        1e-13,
      );
    }
  });

  it("are absent where they have no closed form", () => {
    const uniform = uniformCovariates({ dimension: 2 });
    expect(draw(singleIndexTarget({ dimension: 2, link: "tanh" })).queryMoments!(uniform)).toBeUndefined();
    expect(draw(randomFeaturesTarget({ dimension: 2, count: 2 })).queryMoments!(uniform)).toBeUndefined();
    const network = twoLayerTarget({ dimension: 2, width: 2, link: "tanh" });
    expect(draw(network).queryMoments).toBeUndefined();
    expect(draw(randomSignTarget({ of: network })).queryMoments!(gaussian)).toBeUndefined();
    const skewed = exponentialCovariates({ dimension: 2 });
    expect(draw(quadraticTarget({ dimension: 2 })).queryMoments!(skewed)).toBeUndefined();
  });
});
