import { compositeGaussLegendre, DomainError, integrate, NumericalError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { sphereAverage } from "./sphere-average.ts";

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

/** d eigenvalues with geometric mean 1 and this condition number, equally spaced in the logarithm. */
const geometric = (dimension: number, condition: number): number[] =>
  Array.from({ length: dimension }, (_, i) => condition ** (i / (dimension - 1) - 0.5));

const cases: readonly (readonly [string, readonly number[]])[] = [
  ["one dimension", [2.5]],
  ["all equal", [2, 2, 2]],
  ["two, close", [1, 1 + 1e-9]],
  ["two, far", [1e-2, 1e2]],
  ["three, unsorted", [3, 0.5, 1]],
  ["groups of equals", [4, 1, 1, 4, 4, 0.2]],
  ["ten of condition 1e4", geometric(10, 1e4)],
  ["sixty of condition 100", geometric(60, 100)],
  ["two of condition 1e12", [1e12, 1]],
  ["three of condition 1e16", [1e8, 1, 1e-8]],
  ["three of condition 1e24", [1e12, 1, 1e-12]],
  ["a small one beside groups", [1e10, 3, 1e10, 1e-2, 3]],
  ["ten of condition 1e12", geometric(10, 1e12)],
  ["two large groups", Array.from({ length: 500 }, (_, i) => (i < 200 ? 1 : 3))],
];

describe("sphereAverage", () => {
  it.each(cases)("has the polynomial moments of a quadratic form: %s", (_, eigenvalues) => {
    const d = eigenvalues.length;
    const [p1, p2, p3] = [1, 2, 3].map((power) => sum(eigenvalues.map((lambda) => lambda ** power))) as [
      number,
      number,
      number,
    ];
    const average = sphereAverage(eigenvalues);
    const largest = Math.max(...eigenvalues);

    expectClose(
      average(() => 1),
      eigenvalues.map(() => 1 / d),
      2e-13 / d,
    );
    // E[q vᵢ²] and E q² from the fourth moments of the sphere, E q³ from its sixth.
    const linear = eigenvalues.map((lambda) => (p1 + 2 * lambda) / (d * (d + 2)));
    expectClose(
      average((q) => q),
      linear,
      2e-13 * largest,
    );
    expectClose(sum(average((q) => q * q)), (p1 ** 2 + 2 * p2) / (d * (d + 2)), 2e-13 * largest ** 2);
    const cubic = (p1 ** 3 + 6 * p1 * p2 + 8 * p3) / (d * (d + 2) * (d + 4));
    expectClose(sum(average((q) => q ** 3)), cubic, 2e-13 * largest ** 3);
  });

  it.each(cases)("has the inverse moment of an independent one-dimensional integral: %s", (_, eigenvalues) => {
    // 1/q = ∫ e^{−tq} dt over a Gaussian vector, whose length cancels: E[vᵢ²/q] = ∫ Πⱼ(1+2tλⱼ)^{−½}/(1+2tλᵢ) dt, t = eʸ.
    const rule = compositeGaussLegendre(
      Array.from({ length: 161 }, (_, panel) => panel - 80),
      16,
    );
    const distinct = [...new Set(eigenvalues)];
    const multiplicity = distinct.map((lambda) => eigenvalues.filter((other) => other === lambda).length);
    const product = (t: number): number =>
      Math.exp(-0.5 * sum(distinct.map((lambda, k) => multiplicity[k] * Math.log1p(2 * t * lambda))));
    const inverseMoment = new Map(
      distinct.map((lambda) => [
        lambda,
        integrate(rule, (y) => (Math.exp(y) * product(Math.exp(y))) / (1 + 2 * Math.exp(y) * lambda)),
      ]),
    );
    const expected = eigenvalues.map((lambda) => inverseMoment.get(lambda)!);
    const average = sphereAverage(eigenvalues)((q) => 1 / q);
    // Each to its own digits: under 1/q those of the large eigenvalues are the small ones.
    expectClose(
      average.map((value, i) => value / expected[i]),
      expected.map(() => 1),
      2e-13,
    );
  });

  it("has the inverse moment 1/(a + √(ab)) of two eigenvalues, whatever their ratio", () => {
    for (const condition of [2, 1e6, 1e12, 1e16, 1e24]) {
      const average = sphereAverage([condition, 1])((q) => 1 / q);
      const root = Math.sqrt(condition);
      expectClose([average[0] * (condition + root), average[1] * (1 + root)], [1, 1], 5e-14);
    }
  });

  it("does not depend on the unit of the eigenvalues", () => {
    const eigenvalues = [1e8, 1, 1e-8];
    const average = sphereAverage(eigenvalues)((q) => 1 / q);
    for (const unit of [2 ** -300, 2 ** 300]) {
      const scaled = sphereAverage(eigenvalues.map((lambda) => unit * lambda))((q) => 1 / q);
      expectClose(
        scaled.map((value, i) => (value * unit) / average[i]),
        [1, 1, 1],
        1e-13,
      );
    }
  });

  it("resolves what is negligible beside a bound no further than the bound's digits", () => {
    const steep = (q: number): number => Math.exp(-2500 * q);
    const average = sphereAverage([0.1, 1, 10]);
    expect(() => average(steep)).toThrow(NumericalError);
    const values = average(steep, (q) => 1 / q);
    expect(Math.max(...values)).toBeLessThanOrEqual(Math.exp(-250));
  });

  it("gives every coordinate its own average, in the order of the eigenvalues", () => {
    const h = (q: number): number => Math.exp(-q);
    const [a, b, c] = sphereAverage([3, 0.5, 1])(h) as unknown as [number, number, number];
    const reordered = sphereAverage([0.5, 1, 3])(h);
    expectClose(reordered, [b, c, a], 1e-14);
    expect(b).toBeGreaterThan(c);
    expect(c).toBeGreaterThan(a);
  });

  it("agrees with the circle's own integral in two dimensions", () => {
    // The trapezoidal rule is exact to rounding for a smooth periodic function.
    const h = (q: number): number => Math.tanh(q) / q;
    const angles = Array.from({ length: 400 }, (_, k) => (2 * Math.PI * k) / 400);
    const q = (angle: number): number => 0.3 * Math.cos(angle) ** 2 + 4 * Math.sin(angle) ** 2;
    const expected = [
      sum(angles.map((angle) => h(q(angle)) * Math.cos(angle) ** 2)) / 400,
      sum(angles.map((angle) => h(q(angle)) * Math.sin(angle) ** 2)) / 400,
    ];
    expectClose(sphereAverage([0.3, 4])(h), expected, 1e-13);
  });

  it("refuses forms that are not positive definite", () => {
    for (const eigenvalues of [[], [0, 1], [-1], [NaN, 1], [1, Infinity]]) {
      expect(() => sphereAverage(eigenvalues)).toThrow(DomainError);
    }
  });

  it("refuses eigenvalues too far apart for any grid", () => {
    expect(() => sphereAverage([1, 1e31])).toThrow(NumericalError);
    expect(() => sphereAverage([1e-200, 1e200])).toThrow(NumericalError);
  });

  it("refuses a function too rough for its grid instead of guessing", () => {
    expect(() => sphereAverage([1, 100])((q) => Math.sign(q - 10))).toThrow(NumericalError);
  });
});
