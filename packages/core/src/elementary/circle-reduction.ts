import { binaryExponent, scaleByPowerOfTwo } from "./powers-of-two.ts";

/** x = quadrant·π/2 + high + low, with |high + low| ≤ π/4 (up to rounding) and low below the last bit of high. */
export interface Reduced {
  /** modulo 4: 0, 1, 2 or 3 */
  quadrant: number;
  high: number;
  low: number;
}

const TWO_OVER_PI = 2 / Math.PI;
/** π/2 in three parts; the first two have 33 bits, so that multiples below 2²⁰ are exact. */
const HALF_PI_A = 1.5707963267341256;
const HALF_PI_B = 6.077100506303966e-11;
const HALF_PI_C = 2.0222662487959506e-21;
const LARGEST_EASY = 2 ** 20;
const TOO_CLOSE = 2 ** -20;

/**
 * Subtracts the nearest multiple of π/2 in three steps (Cody and Waite). Huge arguments, and the rare ones that nearly
 * hit a multiple, go to exact integer arithmetic.
 *
 * @param x finite, any sign
 * @param into overwritten; passed in because this is a hot path
 */
export function reduceToOctant(x: number, into: Reduced): void {
  const k = Math.floor(x * TWO_OVER_PI + 0.5);
  if (Math.abs(k) >= LARGEST_EASY) {
    reduceExactly(x, into);
    return;
  }
  const a = x - k * HALF_PI_A; // exact
  const b = k * HALF_PI_B; // exact
  const difference = a - b;
  const subtracted = a - difference;
  const rounding = a - (difference + subtracted) + (subtracted - b);
  const tail = rounding - k * HALF_PI_C;
  const high = difference + tail;
  if (Math.abs(high) < TOO_CLOSE && k !== 0) {
    reduceExactly(x, into);
    return;
  }
  into.quadrant = k & 3;
  into.high = high;
  into.low = difference - high + tail;
}

/** Enough for the largest double, whose unit is 2⁹⁷¹, and for 200 correct bits after the point. */
const BITS = 1224n;
const KEPT_BITS = 200n;

let constants: { readonly halfPi: bigint; readonly twoOverPi: bigint } | undefined;

/** π/2 and 2/π in units of 2^−1224, by Machin's formula π/4 = 4 arctan(1/5) − arctan(1/239). */
function circleConstants(): { readonly halfPi: bigint; readonly twoOverPi: bigint } {
  if (constants === undefined) {
    const guard = 32n;
    const arccotangent = (n: bigint): bigint => {
      let power = (1n << (BITS + guard)) / n;
      let sum = 0n;
      for (let odd = 1n; power !== 0n; odd += 4n) {
        sum += power / odd;
        power /= n * n;
        sum -= power / (odd + 2n);
        power /= n * n;
      }
      return sum;
    };
    const halfPi = (2n * (4n * arccotangent(5n) - arccotangent(239n))) >> guard;
    constants = { halfPi, twoOverPi: (1n << (2n * BITS)) / halfPi };
  }
  return constants;
}

function reduceExactly(x: number, into: Reduced): void {
  const { halfPi, twoOverPi } = circleConstants();
  const exponent = binaryExponent(Math.abs(x)) - 52;
  const mantissa = BigInt(scaleByPowerOfTwo(x, -exponent));
  const turns = mantissa * twoOverPi; // x·2/π in units of 2^−point
  const point = BITS - BigInt(exponent);
  const quadrant = (turns + (1n << (point - 1n))) >> point;
  const remainder = ((turns - (quadrant << point)) * halfPi) >> (BITS + point - KEPT_BITS);
  const high = Number(remainder);
  into.quadrant = Number(quadrant & 3n);
  into.high = high * 2 ** -200;
  into.low = Number(remainder - BigInt(high)) * 2 ** -200;
}
