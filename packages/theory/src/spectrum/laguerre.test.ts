import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { laguerreFunctions } from "./laguerre.ts";

/** φ_k(x)² = (k!/Γ(k+α+1)) x^α e^{−x} L_k(x)² for a whole α, its factors taken in pairs, which do not overflow. */
function squareOf(k: number, alpha: number, x: number): number {
  let square = Math.exp(-x) * laguerre(k, alpha, x) ** 2;
  for (let i = 1; i <= alpha; i++) square *= x / (k + i);
  return square;
}

/** L_k(x) = Σ (−1)^i C(k+α, k−i) x^i/i! */
function laguerre(k: number, alpha: number, x: number): number {
  let sum = 0;
  for (let i = 0; i <= k; i++) {
    let term = (-x) ** i;
    for (let j = 1; j <= i; j++) term /= j;
    for (let j = 1; j <= k - i; j++) term *= (alpha + i + j) / j;
    sum += term;
  }
  return sum;
}

/** At √x = √α + s. */
function at(count: number, alpha: number, s: number) {
  const { last, previous, squares, logScale } = laguerreFunctions(count, alpha, s);
  return { last, previous, squares, logScale, scale: Math.exp(logScale) };
}

describe("laguerreFunctions", () => {
  // α is a square and s a short fraction, so that x is exact.
  const points = [
    [0, 0.5],
    [0, 3],
    [1, 0.25],
    [1, -0.75],
    [4, 2],
    [16, -3.5],
    [25, 0.125],
    [25, 0.5],
    [25, -1],
    [25, 1],
    [25, -4.75],
    [25, 4],
    [144, 0.25],
    [144, -3],
    [144, 2],
  ] as const;

  test.each(points)("are the polynomials of the definition for α = %d and √x = √α + (%d)", (alpha, s) => {
    const x = (Math.sqrt(alpha) + s) ** 2;
    for (const count of [1, 2, 3, 4]) {
      const { last, previous, squares, scale } = at(count, alpha, s);
      const expected = Array.from({ length: count }, (_, k) => squareOf(k, alpha, x));
      const size = 1e-13 * Math.max(...expected);
      expectClose(last ** 2 * scale ** 2, expected[count - 1], size);
      expectClose(previous ** 2 * scale ** 2, expected[count - 2] ?? 0, size);
      expectClose(
        squares * scale ** 2,
        expected.slice(0, -1).reduce((sum, value) => sum + value, 0),
        size,
      );
    }
  });

  test("the ground state is exact to the last digits, by Stirling's formula as by factors", () => {
    for (const [alpha, s] of [
      [1, 0.5],
      [9, 0.25],
      [25, 0.125],
      [36, -0.5],
      [100, 0.25],
    ] as const) {
      const { last, scale } = at(1, alpha, s);
      expect(last).toBe(1);
      expectClose(scale ** 2 / squareOf(0, alpha, (Math.sqrt(alpha) + s) ** 2), 1, 2e-14);
    }
  });

  test("far up and far out, where values are brought back again and again, neighbours stay neighbours", () => {
    for (const [alpha, s] of [
      [0, 20],
      [0, 45],
      [100, 40],
    ] as const) {
      const x = (Math.sqrt(alpha) + s) ** 2;
      for (let count = 2; count < 400; count += 3) {
        const [low, here, high] = [at(count - 1, alpha, s), at(count, alpha, s), at(count + 1, alpha, s)];
        const inUnitsOf = ({ logScale }: { logScale: number }): number => Math.exp(logScale - high.logScale);
        const k = count - 1;
        const size = 1e-13 * Math.abs(high.last);
        expectClose(high.previous, here.last * inUnitsOf(here), size);
        expectClose(((here.squares + here.last ** 2) * inUnitsOf(here) ** 2) / high.squares, 1, 1e-12);
        // √((k+1)(k+1+α)) φ_{k+1} + √(k(k+α)) φ_{k−1} = (2k+1+α−x) φ_k
        const left = Math.sqrt((k + 1) * (k + 1 + alpha)) * high.last;
        const other = Math.sqrt(k * (k + alpha)) * low.last * inUnitsOf(low);
        const right = (2 * k + 1 + alpha - x) * here.last * inUnitsOf(here);
        expectClose(left + other, right, 1e-12 * (Math.abs(left) + Math.abs(other) + Math.abs(right)));
      }
    }
    const unscaled = laguerreFunctions(1, 0, 45).logScale;
    expect(laguerreFunctions(399, 0, 45).logScale).toBeGreaterThan(unscaled + 400 * Math.LN2);
  });

  test("next to 0 the point is read off t", () => {
    const t = 1e-200;
    const { last, logScale } = laguerreFunctions(1, 4, t - 2, t);
    // φ_0 = x²/√4! there
    expectClose(Math.log(last) + logScale, 4 * Math.log(t) - Math.log(24) / 2, 1e-11);
  });
});
