import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { normalCdf, normalDensity, normalQuantile } from "./normal.ts";

test("Φ at the centre and at the ends", () => {
  expect(normalCdf(0)).toBe(0.5);
  expect(normalCdf(-Infinity)).toBe(0);
  expect(normalCdf(Infinity)).toBe(1);
  expect(normalCdf(NaN)).toBe(NaN);
});

test("φ at the centre and at the ends", () => {
  expect(normalDensity(0)).toBe(1 / Math.sqrt(2 * Math.PI));
  expect(normalDensity(-Infinity)).toBe(0);
  expect(normalDensity(1)).toBeCloseTo(0.24197072451914337, 16);
});

test("Φ(z) + Φ(−z) = 1", () => {
  fc.assert(
    fc.property(
      fc.double({ min: -40, max: 40, noNaN: true }),
      (z) => Math.abs(normalCdf(z) + normalCdf(-z) - 1) <= 2 ** -52,
    ),
  );
});

test("the quantile undoes Φ", () => {
  fc.assert(
    fc.property(fc.double({ min: -37, max: 5, noNaN: true }), (z) => {
      const p = normalCdf(z);
      // a relative error of 8 ulp in p moves z by that much times p/φ(z); above 0 it is the rounding of p to 1 − p that counts
      const tolerance = 8 * 2 ** -53 * (Math.abs(z) + p / normalDensity(z));
      return Math.abs(normalQuantile(p) - z) <= tolerance;
    }),
  );
});

test("the quantile is odd about ½, and infinite at 0 and 1", () => {
  for (const p of [0.25, 0.375, 0.015625, 2 ** -30]) expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
  expect(normalQuantile(0.5)).toBe(0);
  expect(normalQuantile(0)).toBe(-Infinity);
  expect(normalQuantile(1)).toBe(Infinity);
  expect(normalQuantile(Number.MIN_VALUE)).toBeCloseTo(-38.4674, 3);
});

test("what is not a probability is refused", () => {
  for (const p of [-0.1, 1.1, NaN]) expect(() => normalQuantile(p)).toThrow(DomainError);
});
