import { expect, test } from "vitest";
import { stubStream } from "../../tests/stub-stream.ts";
import { DomainError } from "../errors.ts";
import { chiSampler, chiSquaredSampler, drawChi, drawChiSquared, drawStudent, studentSampler } from "./chi.ts";
import { drawExponential, drawGamma, gammaSampler } from "./gamma.ts";
import { randomKey } from "./key.ts";
import { openStream, type RandomStream } from "./stream.ts";

/** A stream whose uniforms are as small as they come, and whose normals are these. */
const adversary = (...normals: number[]): RandomStream =>
  stubStream({ uniform: () => 2 ** -53, normal: () => normals.shift() ?? 0 });

test("a draw is a function of the stream: one by one, or through a sampler", () => {
  const pairs: readonly [(stream: RandomStream) => number, (stream: RandomStream) => number][] = [
    [(stream) => drawGamma(stream, 2.5), gammaSampler(2.5)],
    [(stream) => drawChiSquared(stream, 3), chiSquaredSampler(3)],
    [(stream) => drawChi(stream, 3), chiSampler(3)],
    [(stream) => drawStudent(stream, 3), studentSampler(3)],
  ];
  for (const [draw, sampler] of pairs) {
    const [one, other] = [openStream(randomKey(3)), openStream(randomKey(3))];
    for (let i = 0; i < 20; i++) expect(draw(one)).toBe(sampler(other));
  }
});

test("χ² is twice a gamma variable of half the shape, and χ its root", () => {
  const [gamma, squared, chi] = [1, 2, 3].map(() => openStream(randomKey(4)));
  for (let i = 0; i < 20; i++) {
    const value = drawChiSquared(squared, 5);
    expect(value).toBe(2 * drawGamma(gamma, 2.5));
    expect(drawChi(chi, 5)).toBe(Math.sqrt(value));
  }
});

test("with no degrees of freedom χ is 0 and leaves the stream alone", () => {
  const [stream, untouched] = [openStream(randomKey(1)), openStream(randomKey(1))];
  expect([drawChi(stream, 0), drawChiSquared(stream, 0)]).toEqual([0, 0]);
  expect(stream.bits()).toBe(untouched.bits());
});

test("the worst a stream can do leaves every draw finite, and Student's too", () => {
  expect(drawExponential(adversary())).toBeCloseTo(53 * Math.LN2, 12);
  // Normals far below are rejected, for their cube would be negative; the smallest positive cube has root 2⁻⁵³.
  const c = 1 / Math.sqrt(9 * (1 + 1 / 16 - 1 / 3));
  const smallest = -(1 - 2 ** -53) / c;
  expect(gammaSampler(1 / 16)(adversary(-100, smallest))).toBeGreaterThan(0);
  expect(Math.abs(studentSampler(1 / 8)(adversary(9, smallest)))).toBeLessThan(Infinity);
  expect(gammaSampler(1e-6)(adversary())).toBe(0);
  for (const shape of [1e12, 1e300]) expect(drawGamma(openStream(randomKey(2)), shape) / shape).toBeCloseTo(1, 4);
});

test("shapes and degrees of freedom outside the law are refused", () => {
  for (const shape of [0, -1, NaN, Infinity]) expect(() => gammaSampler(shape)).toThrow(DomainError);
  for (const dof of [-1, NaN, Infinity]) expect(() => chiSampler(dof)).toThrow(DomainError);
  for (const dof of [0, 0.1, NaN, Infinity]) {
    expect(() => studentSampler(dof)).toThrow("studentSampler: expected finite degrees of freedom of at least 0.125");
  }
});

test("first draws of seed 0 (not truth, only change detection: a new value here is a major change)", () => {
  const stream = openStream(randomKey(0));
  const drawn = [0.3, 1, 7.5, 200].map((shape) => drawGamma(stream, shape));
  expect([...drawn, drawExponential(stream), drawChi(stream, 3), drawStudent(stream, 5)]).toMatchInlineSnapshot(`
    [
      0.8132174402236833,
      0.312300560667461,
      5.749952929446854,
      194.07494933022053,
      2.5265534735752375,
      2.440045093746918,
      -0.705031267453535,
    ]
  `);
});
