import { exp } from "./exponential.ts";
import { log } from "./logarithm.ts";

/**
 * xᵉ for a positive x: exp(e·ln x). `**` is engine-defined, and the same numbers must come out everywhere.
 *
 * @example
 * power(1, 0.3); // => 1
 * power(4, 0.5); // ≈ 2
 */
export function power(base: number, exponent: number): number {
  return exp(exponent * log(base));
}

/**
 * xᵏ for a whole k ≥ 0, by squaring.
 *
 * @example
 * integerPower(-2, 3); // => -8
 */
export function integerPower(base: number, exponent: number): number {
  let result = 1;
  for (let square = base, left = exponent; left > 0; left = Math.floor(left / 2), square *= square) {
    if (left % 2 === 1) result *= square;
  }
  return result;
}
