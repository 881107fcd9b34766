import { DomainError, logGamma, NumericalError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { gaussRule } from "../numerics/gauss-rule.ts";
import { wishartDensity } from "./wishart-density.ts";
import { expectedTrace, wishartSpectrum } from "./wishart-spectrum.ts";

/** ψ(k/2) for a whole k, from ψ(1) = −γ, ψ(½) = −γ − 2 ln 2 and ψ(x+1) = ψ(x) + 1/x. */
function digammaOfHalf(k: number): number {
  const euler = 0.5772156649015329;
  let value = k % 2 === 0 ? -euler : -euler - 2 * Math.LN2;
  for (let x = k % 2 === 0 ? 1 : 0.5; x < k / 2; x++) value += 1 / x;
  return value;
}

describe("wishartSpectrum", () => {
  test("gives every trace moment up to the 12th exactly, both parities of N, n above, at and below d", () => {
    assert(
      property(tuple(integer({ min: 1, max: 40 }), integer({ min: 1, max: 40 })), ([contextLength, dimension]) => {
        const spectrum = wishartSpectrum({ contextLength, dimension }, 12);
        wishartTraceMoments({ contextLength, dimension, order: 12 }).value.forEach((moment, k) => {
          const exact = Number(moment);
          expectClose(
            expectedTrace(spectrum, (x) => x ** k),
            exact,
            1e-12 * exact,
          );
        });
      }),
      { numRuns: 60 },
    );
  });

  test("gives E log det S = Σ ψ((ν−i)/2) + N ln 2, which feels the smallest eigenvalues", () => {
    for (const [contextLength, dimension] of [
      [1, 1],
      [2, 2],
      [3, 3],
      [8, 8],
      [9, 8],
      [20, 5],
      [5, 20],
      [40, 17],
      [200, 100],
    ] as const) {
      const larger = Math.max(contextLength, dimension);
      const count = Math.min(contextLength, dimension);
      let expected = count * Math.LN2;
      for (let i = 0; i < count; i++) expected += digammaOfHalf(larger - i);
      const found = expectedTrace(wishartSpectrum({ contextLength, dimension }), Math.log, 0);
      expectClose(found, expected, 1e-12 * (count + Math.abs(expected)));
    }
  });

  test("gives E tr S⁻¹ = d/(n−d−1) from n = 12 to a million", () => {
    for (const [contextLength, dimension] of [
      [12, 10],
      [12, 9],
      [1000, 200],
      [1000, 201],
      [1_000_000, 10],
      [1_000_000, 3],
    ] as const) {
      const expected = dimension / (contextLength - dimension - 1);
      const found = expectedTrace(wishartSpectrum({ contextLength, dimension }), (x) => 1 / x);
      expectClose(found, expected, 1e-12 * expected);
    }
  });

  test("is reduced to a Gauss rule without losing a moment", () => {
    const sizes = { contextLength: 10, dimension: 5 };
    const spectrum = wishartSpectrum(sizes, 28);
    const rule = gaussRule(spectrum.eigenvalues, spectrum.weights, 14);
    wishartTraceMoments({ ...sizes, order: 27 }).value.forEach((moment, k) => {
      const sum = rule.nodes.reduce((total, x, j) => total + rule.weights[j] * x ** k, 0);
      expectClose(sum, Number(moment), 1e-12 * Number(moment));
    });
  });
});

describe("expectedTrace near a divergence", () => {
  const chiSquared = (contextLength: number) => wishartSpectrum({ contextLength, dimension: 1 });

  test("refuses functions whose average is infinite: x⁻ᵖ with p ≥ (|n − d| + 1)/2", () => {
    for (const [contextLength, dimension, power] of [
      [1, 1, 1],
      [1, 1, 0.5],
      [5, 5, 1],
      [6, 5, 1],
      [5, 6, 1],
      [7, 5, 1.5],
      [5, 5, 3],
    ] as const) {
      const spectrum = wishartSpectrum({ contextLength, dimension });
      expect(() => expectedTrace(spectrum, (x) => x ** -power, 0)).toThrowError(/grows too fast towards 0/);
    }
  });

  test("keeps the digits of those that are not: E x⁻ᵖ = 2⁻ᵖ Γ(n/2 − p)/Γ(n/2) for χ²", () => {
    for (const [n, power] of [
      [1, 0.25],
      [1, 0.4],
      [1, 0.45],
      [2, 0.5],
      [3, 1],
      [5, 2],
    ] as const) {
      const expected = Math.exp(logGamma(n / 2 - power) - logGamma(n / 2) - power * Math.LN2);
      expectClose(
        expectedTrace(chiSquared(n), (x) => x ** -power),
        expected,
        1e-9 * expected,
      );
    }
  });

  test("resolves a regularised pole at n = d for any λ: E 1/(χ²₁ + λ) → √(π/2λ)", () => {
    for (const ridge of [1e-30, 1e-100, 1e-280]) {
      const found = expectedTrace(chiSquared(1), (x) => 1 / (x + ridge));
      expectClose(found * Math.sqrt((2 * ridge) / Math.PI), 1, 1e-12);
    }
  });

  test("asks for a finite value at 0 where eigenvalues are 0, and for numbers that fit", () => {
    const singular = wishartSpectrum({ contextLength: 3, dimension: 8 });
    expect(() => expectedTrace(singular, (x) => 1 / x)).toThrowError(/leaves 5 eigenvalues at 0/);
    expectClose(
      expectedTrace(singular, (x) => 1 / x, 0),
      3 / 4,
      1e-12,
    );
    expect(() => expectedTrace(singular, () => NaN)).toThrowError(DomainError);
    expect(() => expectedTrace(singular, (x) => x ** 300)).toThrowError(NumericalError);
  });
});

describe("wishartDensity", () => {
  test("keeps its digits down to 0, where it is infinite for n = d only, and is 0 far out", () => {
    const [two, three] = [2, 3].map(
      (contextLength) => (x: number) => wishartDensity({ contextLength, dimension: 1 }, [x]).value[0],
    );
    for (const x of [0, 1e-300, 1e-40, 1e-20, 1e-8]) {
      expectClose(two(x), Math.exp(-x / 2) / 2, 1e-13);
      const expected = Math.sqrt(x / (2 * Math.PI)) * Math.exp(-x / 2);
      expectClose(three(x), expected, 1e-12 * expected + 1e-160);
    }
    expect(() => wishartDensity({ contextLength: 1, dimension: 1 }, [0])).toThrowError(/above 0 for n = d/);
    expect(wishartDensity({ contextLength: 1_000_000, dimension: 3 }, [1e9, 1e307]).value).toEqual([0, 0]);
  });

  test("n = 1 or d = 1 is χ²", () => {
    const x = [0.3, 1, 5, 12];
    expectClose(
      wishartDensity({ contextLength: 4, dimension: 1 }, x).value,
      x.map((value) => (value * Math.exp(-value / 2)) / 4),
      1e-14,
    );
    expectClose(
      wishartDensity({ contextLength: 1, dimension: 4 }, x).value,
      x.map((value) => (value * Math.exp(-value / 2)) / 4),
      1e-14,
    );
  });

  test("is the density whose quadrature wishartSpectrum is", () => {
    for (const dimension of [4, 5]) {
      const sizes = { contextLength: 9, dimension };
      // Simpson's rule in t = √x on [0, 13], where the density is smooth over lengths of order 1: h⁴ = 2e-9, over 180.
      const t = Array.from({ length: 2001 }, (_, i) => (i * 13) / 2000);
      const density = wishartDensity(
        sizes,
        t.map((root) => root * root),
      ).value;
      const simpson =
        density.reduce(
          (sum, value, i) => sum + value * 2 * t[i] * (i === 0 || i === 2000 ? 1 : i % 2 === 1 ? 4 : 2),
          0,
        ) *
        (13 / 2000 / 3);
      expectClose(simpson, dimension, 1e-9);
      expect(density.every((value) => value >= 0)).toBe(true);
    }
  });
});
