import { childKey, DomainError, meanAccumulator, openStream, randomKey, type PromptBatch } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { Target } from "../define/define-target.ts";
import { UnknownNameError } from "../define/unknown-name-error.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { gaussianProcessTarget } from "./gaussian-process.ts";

const covariates = gaussianCovariates({ dimension: 2 });
const draw = (i: number, inputs: { lengthScale?: number; amplitude?: number } = {}): Target =>
  gaussianProcessTarget({ dimension: 2, ...inputs })
    .over(covariates)
    .draw(openStream(childKey(randomKey(1), "target", i)));

/** A cloud of points of this size about a point. */
const cloud = (size: number, count: number): Float64Array => {
  const points = new Float64Array(2 * count);
  openStream(randomKey(3)).fillNormals(points, 0, 2 * count);
  return points.map((x) => 0.3 + size * x);
};
const valuesAt = (target: Target, points: Float64Array): number[] =>
  Array.from({ length: points.length / 2 }, (_, i) => target.at(points, 2 * i));

describe("gaussianProcessTarget", () => {
  it("keeps a value once it has been asked for, whatever is asked in between", () => {
    for (const size of [1, 1e-6, 1e-12]) {
      const points = cloud(size, 40);
      const target = draw(0);
      const values = valuesAt(target, points);
      valuesAt(target, cloud(3, 20));
      expect(valuesAt(target, points)).toEqual(values);
    }
  });

  it("copies the points that it is asked about", () => {
    const target = draw(1);
    const point = Float64Array.of(0.5, -1);
    const value = target.at(point, 0);
    point[0] = 2;
    expect(target.at(point, 0)).not.toBe(value);
    expect(target.at(Float64Array.of(0.5, -1), 0)).toBe(value);
  });

  it("is smooth: nearby points have nearby values, down to the root of a rounding error", () => {
    for (const size of [1e-1, 1e-3, 1e-5, 1e-7, 1e-8, 1e-10, 1e-14]) {
      const points = cloud(size, 100);
      for (let i = 0; i < 10; i++) {
        const values = valuesAt(draw(i), points);
        // |∇f| is the length of two normals: above 7 in one of 4·10¹⁰ draws.
        const spread = 7 * Math.hypot(...[0, 1].map((at) => diameter(points.filter((_, j) => j % 2 === at))));
        expect(diameter(values)).toBeLessThanOrEqual(spread + 1e-7);
      }
    }
  });

  it("stretches with its length scale and grows with its amplitude", () => {
    const points = cloud(1, 10);
    const far = valuesAt(
      draw(2, { lengthScale: 4, amplitude: 3 }),
      points.map((x) => 4 * x),
    );
    expect(far).toEqual(valuesAt(draw(2), points).map((value) => 3 * value));
    expect(diameter(valuesAt(draw(2, { lengthScale: 1e9 }), points))).toBeLessThan(1e-6);
  });

  it.each([
    { target: { law: "gaussian-process", kernel: "rbf" } },
    { target: { law: "random-sign", of: { law: "gaussian-process" } }, noise: { law: "gaussian", variance: 1 } },
    { covariates: { law: "gaussian-ar1", correlation: 0.5 }, query: { covariates: { law: "laplace" } } },
    { covariates: { law: "gaussian-random-spectrum" } },
  ])("gives a prompt the same values whatever the length of its context and the number of its queries: %j", (parts) => {
    const draw = (contextLength: number, queries: number): PromptBatch =>
      samplePrompts(
        parsePromptLaw({
          contextLength,
          dimension: 2,
          covariates: { law: "gaussian" },
          target: { law: "gaussian-process" },
          noise: { law: "none" },
          queries,
          ...parts,
        }),
        { key: randomKey(0), count: 2 },
      );
    const all = draw(13, 6);
    for (const [n, queries] of [
      [1, 1],
      [3, 1],
      [13, 1],
      [4, 2],
      [5, 2],
      [2, 6],
      [9, 4],
    ]) {
      const some = draw(n, queries);
      for (const i of [0, 1]) {
        expect(some.responses.slice(n * i, n * (i + 1))).toEqual(all.responses.slice(13 * i, 13 * i + n));
        expect(some.queryResponses.slice(queries * i, queries * (i + 1))).toEqual(
          all.queryResponses.slice(6 * i, 6 * i + queries),
        );
      }
    }
  });

  it("refuses more points than it could hold, before it draws them", () => {
    const law = parsePromptLaw({
      contextLength: 100_000,
      dimension: 2,
      covariates: { law: "gaussian" },
      target: { law: "gaussian-process" },
      noise: { law: "none" },
    });
    expect(() => samplePrompts(law, { key: randomKey(0), count: 1 })).toThrow(DomainError);
    expect(() => samplePrompts(law, { key: randomKey(0), count: 1 })).toThrow("depend on one another");
  });

  it("refuses a kernel that there is none of", () => {
    const build = gaussianProcessTarget as unknown as (inputs: object) => unknown;
    expect(() => build({ dimension: 1, kernel: "rfb" })).toThrow(UnknownNameError);
    expect(() => build({ dimension: 1, kernel: "rfb" })).toThrow(/did you mean "rbf"/);
  });
});

it("gives three close points the covariance of the kernel, the third conditioned on two", () => {
  const key = childKey(randomKey(seedForTests()), "Gaussian process");
  const target = gaussianProcessTarget({ dimension: 1, lengthScale: 2 }).over(gaussianCovariates({ dimension: 1 }));
  const points = Float64Array.of(0, 1.5, 0.5);
  // Second differences of f are what conditioning decides: E (f(0) − f(1.5) + 2f(0.5))² from the kernel by hand.
  const coefficients = [1, -1, 2];
  const kernel = (i: number, j: number): number => Math.exp(-((points[i] - points[j]) ** 2) / 8);
  let expected = 0;
  for (const [i, a] of coefficients.entries()) {
    for (const [j, b] of coefficients.entries()) expected += a * b * kernel(i, j);
  }
  const square = meanAccumulator();
  for (let prompt = 0; prompt < 50_000; prompt++) {
    const f = target.draw(openStream(childKey(key, "prompt", prompt)));
    square.push(coefficients.reduce((sum, a, i) => sum + a * f.at(points, i), 0) ** 2);
  }
  expectWithin(square.estimate(), expected);
  expectRejected(square.estimate(), expected * 1.1);
});

function diameter(values: Iterable<number>): number {
  const all = [...values];
  return Math.max(...all) - Math.min(...all);
}
