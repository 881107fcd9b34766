import { LN2_HIGH, LN2_LOW } from "./logarithm-of-two.ts";
import { binaryExponent, scaleByPowerOfTwo } from "./powers-of-two.ts";

const SMALLEST_NORMAL = 2 ** -1022;
const TWO_POW_54 = 2 ** 54;

/**
 * ln(1 + f) − f, for √½ ≤ 1 + f ≤ √2. With s = f/(2 + f) we have ln(1 + f) = 2 artanh s and 2s = f − f²/2 + s·f²/2; the
 * series in s stops where its terms pass 10⁻¹⁸.
 */
export function logarithmDefect(f: number): number {
  const s = f / (2 + f);
  const t = s * s;
  const u = t * t;
  // two interleaved chains, for speed: the odd and the even terms of Σ 2·tʲ/(2j + 1)
  const odd = t * (2 / 3 + u * (2 / 7 + u * (2 / 11 + u * (2 / 15 + u * (2 / 19)))));
  const even = u * (2 / 5 + u * (2 / 9 + u * (2 / 13 + u * (2 / 17 + u * (2 / 21)))));
  const half = 0.5 * f * f;
  return s * (half + (odd + even)) - half;
}

/**
 * ln x within 1 ulp; −∞ at 0, NaN below.
 *
 * With x = 2ᵏ(1 + f) and √½ ≤ 1 + f ≤ √2, ln x = k ln 2 + ln(1 + f).
 *
 * @example
 * log(1); // => 0
 */
export function log(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? Infinity : NaN;
  return x < SMALLEST_NORMAL ? logarithmOfNormal(x * TWO_POW_54, -54) : logarithmOfNormal(x, 0);
}

/** ln(x·2ʰ) for a normal x */
function logarithmOfNormal(x: number, h: number): number {
  let k = binaryExponent(x);
  let m = scaleByPowerOfTwo(x, -k);
  if (m > Math.SQRT2) {
    m *= 0.5;
    k += 1;
  }
  k += h;
  const f = m - 1;
  return k * LN2_HIGH + (f + (logarithmDefect(f) + k * LN2_LOW));
}

/**
 * ln(1 + x), without the cancellation near 0, within 2 ulp.
 *
 * @example
 * log1p(0); // => 0
 */
export function log1p(x: number): number {
  if (!(x > -1 && x < Infinity)) return log(1 + x);
  if (x > Math.SQRT1_2 - 1 && x < Math.SQRT2 - 1) return Math.abs(x) < 2 ** -54 ? x : x + logarithmDefect(x);
  const sum = 1 + x;
  // what rounding took from the sum, put back to first order
  const lost = x < 1 ? x - (sum - 1) : 1 - (sum - x);
  return log(sum) + lost / sum;
}
