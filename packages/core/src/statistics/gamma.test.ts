import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError } from "../errors.ts";
import { gammaRatio, logGamma } from "./gamma.ts";

test("Γ at whole numbers", () => {
  expect(logGamma(1)).toBe(0);
  expect(logGamma(2)).toBe(0);
  expect(logGamma(5)).toBeCloseTo(Math.log(24), 14);
  expect(gammaRatio(1, 0)).toBe(1);
  expect(gammaRatio(1, 5)).toBe(120);
  expect(gammaRatio(6, -5)).toBe(1 / 120);
});

test("ln Γ(x + 1) = ln Γ(x) + ln x", () => {
  fc.assert(
    fc.property(fc.double({ min: 1e-3, max: 1e4, noNaN: true }), (x) => {
      const [here, next] = [logGamma(x), logGamma(x + 1)];
      const tolerance = 8 * 2 ** -53 * (1 + Math.abs(here) + Math.abs(next) + x);
      return Math.abs(next - here - Math.log(x)) <= tolerance;
    }),
  );
});

test("the ratio of two Γs is the exponential of the difference of their logarithms", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 60, noNaN: true }),
      fc.double({ min: -0.05, max: 60, noNaN: true }),
      (x, shift) => {
        const [low, high] = [logGamma(x), logGamma(x + shift)];
        // Γ′/Γ < ln(x + shift) + 1/x carries the rounding of x + shift into the logarithm
        const tolerance = 8 * 2 ** -53 * (8 + Math.abs(low) + Math.abs(high) + 5 * (x + shift) + 2 * shift);
        return Math.abs(gammaRatio(x, shift) / Math.exp(high - low) - 1) <= tolerance;
      },
    ),
  );
});

test("the ratio outlives its Γs", () => {
  expect(gammaRatio(1e8, 0.5)).toBeCloseTo(1e4 * (1 - 1 / 8e8), 9);
});

test("arguments that are not positive and finite are refused", () => {
  for (const x of [0, -1, NaN, Infinity]) expect(() => logGamma(x)).toThrow(DomainError);
  expect(() => gammaRatio(1, -1)).toThrow(DomainError);
});
