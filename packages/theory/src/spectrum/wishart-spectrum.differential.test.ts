import { compositeGaussLegendre, DomainError, logGamma, NumericalError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { gaussRule } from "../numerics/gauss-rule.ts";
import { wishartDensity } from "./wishart-density.ts";
import { wishartGrid } from "./wishart-grid.ts";
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

  test("has nodes that ascend, weights that sum to min(n, d), their logarithms, and the zeros that are left", () => {
    for (const [contextLength, dimension] of [
      [20, 5],
      [4, 6],
      [1, 1],
      [300, 20],
    ] as const) {
      const { eigenvalues, weights, logWeights, zeroEigenvalues } = wishartSpectrum({ contextLength, dimension });
      const count = Math.min(contextLength, dimension);
      expect(zeroEigenvalues).toBe(dimension - count);
      expect(eigenvalues.every((x, j) => x > (eigenvalues[j - 1] ?? 0))).toBe(true);
      expectClose(
        weights.reduce((sum, weight) => sum + weight, 0),
        count,
        1e-12 * count,
      );
      weights.forEach((weight, j) => {
        if (weight > 0) expectClose(logWeights[j], Math.log(weight), 1e-12 * (1 + Math.abs(Math.log(weight))));
        else expect(logWeights[j]).toBeLessThan(-740);
      });
    }
  });

  test("reaches as far up as the degree that is asked for, and refuses one that is none", () => {
    const sizes = { contextLength: 6, dimension: 3 };
    const degree = 60;
    const exact = Number(wishartTraceMoments({ ...sizes, order: degree }).value[degree]);
    const found = expectedTrace(wishartSpectrum(sizes, degree), (x) => x ** degree);
    expectClose(found / exact, 1, 1e-11);
    expect(() => wishartSpectrum(sizes, -1)).toThrowError(/degree of growth, at least 0/);
    expect(wishartSpectrum(sizes, 0).weights.length).toBeGreaterThan(0);
    expect(() => wishartSpectrum({ ...sizes, contextLength: 0 })).toThrowError(/context length, at least 1/);
    expect(() => wishartSpectrum({ ...sizes, dimension: 0.5 })).toThrowError(/dimension, at least 1/);
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
      // An average is as infinite in any unit.
      for (const unit of [1, 1e-6, 1e6]) {
        expect(() => expectedTrace(spectrum, (x) => unit * x ** -power, 0)).toThrowError(/grows too fast towards 0/);
      }
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

  test("does not mind a pole where the density is no double: its weights are 0 there", () => {
    const spectrum = wishartSpectrum({ contextLength: 30, dimension: 3 });
    const massless = spectrum.eigenvalues.filter((_, j) => spectrum.weights[j] === 0);
    expect(massless.length).toBeGreaterThan(0);
    expectClose(
      expectedTrace(spectrum, (x) => (massless.includes(x) ? Infinity : x)),
      90,
      1e-12 * 90,
    );
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
    expect(() => expectedTrace(singular, () => NaN)).toThrowError(/a value at every positive eigenvalue/);
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

  test("of two rows more than one and d = 2 it is e^{−x/2}(x/2 − 1 + 2e^{−x/2})", () => {
    const x = [0, 1e-12, 0.001, 0.5, 1, 2, 4, 7, 12, 20, 35, 60];
    for (const [contextLength, dimension] of [
      [3, 2],
      [2, 3],
    ] as const) {
      const found = wishartDensity({ contextLength, dimension }, x).value;
      x.forEach((value, i) => {
        const tail = Math.exp(-value / 2);
        const expected = tail * (value / 2 - 1 + 2 * tail);
        expectClose(found[i], expected, 1e-14 + 1e-11 * expected);
      });
    }
  });

  test("has the trace moments of XᵀX, and so no mass elsewhere", () => {
    for (const [contextLength, dimension] of [
      [9, 4],
      [9, 5],
      [2, 3],
      [5, 5],
      [4, 12],
    ] as const) {
      const sizes = { contextLength, dimension };
      // In t = √x the density is smooth over lengths of order 1.
      const rule = compositeGaussLegendre(
        Array.from({ length: 41 }, (_, i) => (i * 15) / 40),
        12,
      );
      const density = wishartDensity(
        sizes,
        Array.from(rule.nodes, (t) => t * t),
      ).value;
      expect(density.every((value) => value >= 0)).toBe(true);
      const moments = wishartTraceMoments({ ...sizes, order: 5 }).value.map(Number);
      [Math.min(contextLength, dimension), ...moments.slice(1)].forEach((moment, k) => {
        const sum = density.reduce(
          (total, value, i) => total + rule.weights[i] * 2 * rule.nodes[i] ** (2 * k + 1) * value,
          0,
        );
        expectClose(sum / moment, 1, 1e-11);
      });
    }
  });

  test("is continuous where two panels of its grid meet", () => {
    const sizes = { contextLength: 6, dimension: 6 };
    const edges = wishartGrid(6, 6, 8).edges.filter((edge) => edge > 0.1);
    for (const edge of edges) {
      const [below, at, above] = wishartDensity(
        sizes,
        [1 - 1e-12, 1, 1 + 1e-12].map((factor) => (edge * factor) ** 2),
      ).value;
      expectClose((below + above) / 2, at, 1e-13);
    }
    const last = edges[edges.length - 1];
    expectClose(wishartDensity(sizes, [last ** 2, (last + 1) ** 2]).value, [0, 0], 1e-30);
    // Below the first panel of a narrow spectrum there is nothing.
    expect(wishartDensity({ contextLength: 1_000_000, dimension: 3 }, [1, 1e5]).value).toEqual([0, 0]);
  });

  test("refuses what has no density", () => {
    const sizes = { contextLength: 4, dimension: 2 };
    expect(() => wishartDensity(sizes, [-1])).toThrowError(/a finite eigenvalue, at least 0/);
    expect(() => wishartDensity({ ...sizes, contextLength: 0 }, [1])).toThrowError(/context length, at least 1/);
    expect(() => wishartDensity({ ...sizes, dimension: 0 }, [1])).toThrowError(/dimension, at least 1/);
  });
});
