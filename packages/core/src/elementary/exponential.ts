import { LN2_HIGH, LN2_LOW } from "./logarithm-of-two.ts";
import { scaleByPowerOfTwo } from "./powers-of-two.ts";

/** The largest x with a finite eˣ, and the smallest with a positive one. */
const OVERFLOW = 709.782712893384;
const UNDERFLOW = -745.1332191019411;
const TINY = 2 ** -54;
/** Beyond, 2ᵏ − 1 is no longer a double. */
const LARGEST_EXACT_POWER = 53;

/**
 * δ in y·coth(y/2) = 2 + δ, for |y| ≤ 0.36, with s = y²: the Bernoulli series Σ 2·B₂ₖ sᵏ/(2k)!, whose terms shrink like
 * (y/2π)²ᵏ; what is left out is below 10⁻¹⁷.
 */
export function cothDefect(s: number): number {
  return (
    s * (1 / 6 + s * (-1 / 360 + s * (1 / 15120 + s * (-1 / 604800 + s * (1 / 23950080 + s * (-691 / 653837184000))))))
  );
}

/**
 * eˣ within 1 ulp.
 *
 * With x = k ln 2 + r and |r| ≤ ln 2 / 2,
 *
 * $$ e^x = 2^k \left(1 + \frac{2r}{r\coth(r/2) - r}\right), $$
 *
 * where the even function r·coth(r/2) has a short series.
 *
 * @example
 * exp(0); // => 1
 */
export function exp(x: number): number {
  if (!(x >= UNDERFLOW && x <= OVERFLOW)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  const k = Math.floor(x / Math.LN2 + 0.5);
  const high = x - k * LN2_HIGH; // exact: LN2_HIGH has 32 bits, k at most 11
  const low = k * LN2_LOW;
  const r = high - low;
  const q = r - cothDefect(r * r);
  const head = 1 + high;
  const lost = high - (head - 1); // exact: the rounding of head
  return scaleByPowerOfTwo(head + (lost + ((r * q) / (2 - q) - low)), k);
}

/**
 * eˣ − 1, without the cancellation near 0, within 2 ulp.
 *
 * @example
 * expm1(0); // => 0
 */
export function expm1(x: number): number {
  if (!(Math.abs(x) > TINY)) return x;
  if (x > OVERFLOW) return Infinity;
  if (x < -40) return -1;
  const k = Math.floor(x / Math.LN2 + 0.5);
  if (k > LARGEST_EXACT_POWER) return exp(x);
  const high = x - k * LN2_HIGH;
  const low = k * LN2_LOW;
  const r = high - low;
  const q = r - cothDefect(r * r);
  const excess = high - (low - (r * q) / (2 - q)); // eʳ − 1
  const power = scaleByPowerOfTwo(1, k);
  return power * excess + (power - 1);
}
