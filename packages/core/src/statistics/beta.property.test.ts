import { assert, double, integer, property, tuple } from "fast-check";
import { expect, test } from "vitest";
import { UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { DomainError } from "../errors.ts";
import { betaCdf, betaQuantile } from "./beta.ts";
import { clopperPearson, normalInterval } from "./interval.ts";
import { normalCdf, normalDensity } from "./normal.ts";
import { studentCdf, studentQuantile } from "./student.ts";

/** Exponents from 10⁻³ to 10⁶, evenly in their logarithm. */
const exponents = double({ min: -3, max: 6, noNaN: true }).map((power) => 10 ** power);
const inside = integer({ min: 1, max: 2 ** 20 - 1 }).map((step) => step / 2 ** 20); // 1 − x is exact
const close = (actual: number, expected: number, roundings: number): boolean =>
  Math.abs(actual - expected) <= roundings * UNIT_ROUNDOFF * Math.abs(expected);

test("Iₓ(a, b) + I₁₋ₓ(b, a) = 1", () => {
  assert(
    property(
      inside,
      exponents,
      exponents,
      (x, a, b) => Math.abs(betaCdf(x, a, b) + betaCdf(1 - x, b, a) - 1) <= 64 * UNIT_ROUNDOFF,
    ),
  );
});

test("Iₚ(k, n − k + 1) is the probability of k or more successes in n trials", () => {
  const cases = tuple(integer({ min: 1, max: 30 }), integer({ min: 1, max: 30 }), inside);
  assert(
    property(cases, ([x, y, p]) => {
      const [k, n] = [Math.min(x, y), Math.max(x, y)];
      let term = p ** n;
      let sum = term;
      for (let j = n; j > k; j--) sum += term *= (j / (n - j + 1)) * ((1 - p) / p);
      return close(betaCdf(p, k, n - k + 1), sum, 64 * (n + 1));
    }),
  );
});

test("half-integers have closed forms", () => {
  assert(
    property(
      inside,
      (x) =>
        Math.abs(betaCdf(x, 0.5, 0.5) - (2 / Math.PI) * Math.atan2(Math.sqrt(x), Math.sqrt(1 - x))) <=
        16 * UNIT_ROUNDOFF,
    ),
  );
  assert(
    property(double({ min: -50, max: 50, noNaN: true }), (t) => {
      expect(studentCdf(t, 1)).toBeCloseTo(0.5 + Math.atan(t) / Math.PI, 14);
      expect(studentCdf(t, 2)).toBeCloseTo(0.5 + t / (2 * Math.sqrt(2 + t * t)), 14);
    }),
  );
});

test("the quantile undoes the distribution function, far in the tail too", () => {
  const probabilities = double({ min: -200, max: 0, noNaN: true }).map((power) => 10 ** power / 2);
  assert(
    property(probabilities, exponents, exponents, (p, a, b) => {
      const x = betaQuantile(p, a, b);
      if (x < 1e-300 || x > 0.5) return; // x itself no longer tells its distance from 0 or 1
      // In ln x the slope of ln I is at most a, and x carries the rounding of its logarithm.
      const roundings = 64 + (64 + a) * (1 + Math.abs(Math.log(x))) + 4 * Math.abs(Math.log(p));
      expect(close(betaCdf(x, a, b), p, roundings)).toBe(true);
    }),
  );
});

test("Student's quantile undoes its distribution function, and both are symmetric", () => {
  const probabilities = double({ min: -200, max: 0, noNaN: true }).map((power) => 10 ** power / 2);
  assert(
    property(probabilities, exponents, (p, scale) => {
      const dof = Math.max(0.5, scale);
      const t = studentQuantile(p, dof);
      // ln P has at most the slope ν in ln |t|, and at most |t|² near the normal
      const slope = 1 + Math.min(dof, t * t) * (1 + Math.log(1 + Math.abs(t)));
      expect(close(studentCdf(t, dof), p, 64 * slope + 4 * Math.abs(Math.log(p)))).toBe(true);
      expect(studentCdf(-t, dof)).toBe(1 - studentCdf(t, dof));
    }),
  );
  for (const p of [0.25, 0.375, 2 ** -30]) expect(studentQuantile(1 - p, 3)).toBe(-studentQuantile(p, 3));
});

test("with many degrees of freedom Student is normal, and off by the first term of Fisher's expansion", () => {
  const dof = 1e6; // the next term is below 1/ν²
  for (const t of [-3, -1, 0.5, 2]) {
    const first = (normalDensity(t) * (t ** 3 + t)) / (4 * dof);
    expect(Math.abs(studentCdf(t, dof) - (normalCdf(t) - first))).toBeLessThan(1 / dof ** 2);
  }
});

test("the ends of both laws", () => {
  expect([betaCdf(0, 2, 3), betaCdf(1, 2, 3), betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)]).toEqual([0, 1, 0, 1]);
  expect([-Infinity, 0, Infinity].map((t) => studentCdf(t, 3))).toEqual([0, 0.5, 1]);
  expect([0, 1].map((p) => studentQuantile(p, 3))).toEqual([-Infinity, Infinity]);
  expect(Math.abs(studentQuantile(0.5, 3))).toBe(0);
});

test("Clopper and Pearson's interval covers with at least its level, whatever the probability", () => {
  const cases = tuple(
    integer({ min: 1, max: 25 }),
    inside,
    integer({ min: 1, max: 9 }).map((tenths) => tenths / 10),
  );
  assert(
    property(cases, ([n, p, level]) => {
      let covered = 0;
      for (let k = 0, mass = (1 - p) ** n; k <= n; mass *= ((n - k) / (k + 1)) * (p / (1 - p)), k++) {
        const { lower, upper } = clopperPearson(k, n, level);
        if (lower <= p && p <= upper) covered += mass;
      }
      return covered >= level - 1e-12;
    }),
  );
});

test("without a failure or without a success the interval is closed by hand", () => {
  expect(clopperPearson(0, 20, 0.95).lower).toBe(0);
  expect(clopperPearson(20, 20, 0.95).upper).toBe(1);
  expect(clopperPearson(0, 20, 0.95).upper).toBeCloseTo(1 - 0.025 ** (1 / 20), 14);
  expect(clopperPearson(20, 20, 0.95).lower).toBeCloseTo(0.025 ** (1 / 20), 14);
});

test("the normal interval is symmetric about the estimate", () => {
  const { lower, upper, level } = normalInterval({ value: 2, standardError: 0.5, count: 100 }, 0.95);
  expect([lower + upper, level]).toEqual([4, 0.95]);
  expect(upper - 2).toBeCloseTo(0.5 * 1.959963984540054, 14);
  expect(normalInterval({ value: 2, standardError: 0, count: 100 }, 0.5)).toEqual({ lower: 2, upper: 2, level: 0.5 });
});

test("what lies outside the laws is refused", () => {
  for (const a of [0, -1, NaN, Infinity, 1e10]) {
    expect(() => betaCdf(0.5, a, 1)).toThrow(DomainError);
    expect(() => betaQuantile(0.5, 1, a)).toThrow(DomainError);
    expect(() => studentCdf(1, a)).toThrow(DomainError);
    expect(() => studentQuantile(0.5, a)).toThrow(DomainError);
  }
  for (const p of [-0.1, 1.1, NaN]) {
    expect(() => betaCdf(p, 1, 1)).toThrow(DomainError);
    expect(() => betaQuantile(p, 1, 1)).toThrow(DomainError);
    expect(() => studentQuantile(p, 1)).toThrow(DomainError);
  }
  expect(() => studentCdf(NaN, 3)).toThrow(DomainError);
  for (const level of [0, 1, NaN]) {
    expect(() => clopperPearson(1, 2, level)).toThrow(DomainError);
    expect(() => normalInterval({ value: 0, standardError: 1, count: 9 }, level)).toThrow(DomainError);
  }
  for (const [k, n] of [
    [3, 2],
    [-1, 2],
    [0, 0],
    [0.5, 2],
    [1, NaN],
  ]) {
    expect(() => clopperPearson(k, n, 0.95)).toThrow(`got ${k} of ${n}`);
  }
  for (const standardError of [NaN, Infinity, -1]) {
    expect(() => normalInterval({ value: 0, standardError, count: 9 }, 0.9)).toThrow(DomainError);
  }
});
