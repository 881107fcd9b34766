// Logarithms on lanes. In f64, log of `@onestep/core` operation by operation, so that its bytes are core's.

import { TWO_POW_MINUS_32, uniform } from "./words.as";

const LN2_HIGH: f64 = 0.6931471803691238;
const LN2_LOW: f64 = 1.9082149292705877e-10;
const MANTISSA: i64 = 0x000fffffffffffff;
/** The bits of √2, of √2/2, and of 2⁵², under which a small whole number is a double as it stands. */
const ROOT_2: i64 = 0x3ff6a09e667f3bcd;
const ROOT_HALF: i64 = 0x3fe6a09e667f3bcd;
const TWO_POW_52: i64 = 0x4330000000000000;

/** −ln u of u = (word + ½)·2⁻³² in (0, 1): the four lanes in f32, the first two in f64. */
export function minusLog<T>(words: v128): v128 {
  return sizeof<T>() == 4 ? minusLogOf32(words) : f64x2.neg(log64(uniform<f64>(words)));
}

/**
 * −ln u = k ln 2 − ln m with u = m·2⁻ᵏ and m in [½, 1): two terms that never cancel. Read as signed, a word of the upper
 * half is u − 1, exact to the last bit where u is nearly 1 and its logarithm nearly 0.
 */
function minusLogOf32(words: v128): v128 {
  const t = f32x4.mul(f32x4.add(f32x4.convert_i32x4_s(words), f32x4.splat(0.5)), f32x4.splat(<f32>TWO_POW_MINUS_32)); // u in the lower half, u − 1 in the upper
  const upper = f32x4.lt(t, f32x4.splat(0));
  const m = v128.or(v128.and(t, i32x4.splat(0x007fffff)), i32x4.splat(0x3f000000));
  const f = v128.bitselect(t, f32x4.sub(m, f32x4.splat(1)), upper); // m − 1
  const k = i32x4.sub(i32x4.splat(126), i32x4.shr_u(t, 23));
  const whole = v128.andnot(f32x4.mul(f32x4.convert_i32x4_s(k), f32x4.splat(<f32>0.6931471805599453)), upper);
  return f32x4.add(whole, minusLogOfMantissa32(f));
}

/** −ln(1 + f) = 2 artanh s with s = −f/(2 + f) in [0, ⅓]: the best polynomial in s², within 2⁻²⁷ relative. */
function minusLogOfMantissa32(f: v128): v128 {
  const s = f32x4.div(f32x4.neg(f), f32x4.add(f32x4.splat(2), f));
  const t = f32x4.mul(s, s);
  let sum = f32x4.splat(0.28178335);
  sum = f32x4.add(f32x4.splat(0.27960604), f32x4.mul(t, sum));
  sum = f32x4.add(f32x4.splat(0.4002491), f32x4.mul(t, sum));
  sum = f32x4.add(f32x4.splat(0.66666317), f32x4.mul(t, sum));
  sum = f32x4.add(f32x4.splat(2), f32x4.mul(t, sum));
  return f32x4.mul(s, sum);
}

/** ln x of positive normal numbers, with x = 2ᵏ(1 + f) and √½ < 1 + f ≤ √2. */
export function log64(x: v128): v128 {
  const above = i64x2.sub(x, i64x2.splat(ROOT_2 + 1)); // its exponent field is k − 1, signed
  const field = i64x2.shr_u(v128.xor(above, i64x2.splat(i64.MIN_VALUE)), 52); // k − 1 + 2¹¹
  const k = f64x2.sub(v128.or(field, i64x2.splat(TWO_POW_52)), f64x2.splat(4503599627370496.0 + 2047));
  const f = f64x2.sub(i64x2.add(v128.and(above, i64x2.splat(MANTISSA)), i64x2.splat(ROOT_HALF + 1)), f64x2.splat(1));
  const tail = f64x2.add(logarithmDefect(f), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  return f64x2.add(f64x2.mul(k, f64x2.splat(LN2_HIGH)), f64x2.add(f, tail));
}

/** ln(1 + f) − f. */
function logarithmDefect(f: v128): v128 {
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const t = f64x2.mul(s, s);
  const u = f64x2.mul(t, t);
  let odd = f64x2.splat(2.0 / 19.0);
  odd = f64x2.add(f64x2.splat(2.0 / 15.0), f64x2.mul(u, odd));
  odd = f64x2.add(f64x2.splat(2.0 / 11.0), f64x2.mul(u, odd));
  odd = f64x2.add(f64x2.splat(2.0 / 7.0), f64x2.mul(u, odd));
  odd = f64x2.mul(t, f64x2.add(f64x2.splat(2.0 / 3.0), f64x2.mul(u, odd)));
  let even = f64x2.splat(2.0 / 21.0);
  even = f64x2.add(f64x2.splat(2.0 / 17.0), f64x2.mul(u, even));
  even = f64x2.add(f64x2.splat(2.0 / 13.0), f64x2.mul(u, even));
  even = f64x2.add(f64x2.splat(2.0 / 9.0), f64x2.mul(u, even));
  even = f64x2.mul(u, f64x2.add(f64x2.splat(2.0 / 5.0), f64x2.mul(u, even)));
  const half = f64x2.mul(f64x2.mul(f64x2.splat(0.5), f), f);
  return f64x2.sub(f64x2.mul(s, f64x2.add(half, f64x2.add(odd, even))), half);
}
