// A uniform point of the circle on lanes. In f64, sin and cos of `@onestep/core` operation by operation.

import { widened } from "./words.as";

const QUARTER_PI: f64 = 0.78539816339744830962;
const TWO_POW_MINUS_31: f64 = 4.656612873077392578125e-10;

/** The angle in [−π/4, π/4) that the lower 30 bits of a word stand for; the two upper bits turn and mirror it. */
export function angle<T>(words: v128): v128 {
  const turned = i32x4.shl(words, 2);
  if (sizeof<T>() == 4) {
    return f32x4.mul(f32x4.convert_i32x4_s(turned), f32x4.splat(<f32>(QUARTER_PI * TWO_POW_MINUS_31)));
  }
  return f64x2.mul(f64x2.convert_low_i32x4_s(turned), f64x2.splat(QUARTER_PI * TWO_POW_MINUS_31));
}

/** Where bit 30 of a word says that sine and cosine change places. */
export function swapped<T>(words: v128): v128 {
  return i32x4.shr_s(i32x4.shl(widened<T>(words), 1), 31);
}

/** The sign bit of a number from bit 31 of a word: the point opposite. */
export function opposite<T>(words: v128): v128 {
  return v128.and(widened<T>(words), v128.neg<T>(v128.splat<T>(<T>0)));
}

/** sin x for |x| ≤ π/4, s = x². In f32 the best polynomial, within 2⁻²⁸ relative. */
export function sine<T>(x: v128, s: v128): v128 {
  let series: v128;
  if (sizeof<T>() == 4) {
    series = f32x4.splat(-0.000195173);
    series = f32x4.add(f32x4.splat(0.008332178), f32x4.mul(s, series));
    series = f32x4.add(f32x4.splat(-0.16666655), f32x4.mul(s, series));
  } else {
    series = f64x2.splat(1.0 / 355687428096000.0);
    series = f64x2.add(f64x2.splat(-1.0 / 1307674368000.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(1.0 / 6227020800.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(-1.0 / 39916800.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(1.0 / 362880.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(-1.0 / 5040.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(1.0 / 120.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(-1.0 / 6.0), f64x2.mul(s, series));
  }
  return v128.add<T>(x, v128.mul<T>(v128.mul<T>(x, s), series));
}

/** cos x for |x| ≤ π/4, s = x². In f32 the best polynomial, within 2⁻³³. */
export function cosine<T>(s: v128): v128 {
  const half = v128.mul<T>(v128.splat<T>(<T>0.5), s);
  const head = v128.sub<T>(v128.splat<T>(<T>1), half);
  const lost = v128.sub<T>(v128.sub<T>(v128.splat<T>(<T>1), head), half);
  let series: v128;
  if (sizeof<T>() == 4) {
    series = f32x4.splat(0.000024438452);
    series = f32x4.add(f32x4.splat(-0.0013887368), f32x4.mul(s, series));
    series = f32x4.add(f32x4.splat(0.041666646), f32x4.mul(s, series));
  } else {
    series = f64x2.splat(1.0 / 20922789888000.0);
    series = f64x2.add(f64x2.splat(-1.0 / 87178291200.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(1.0 / 479001600.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(-1.0 / 3628800.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(1.0 / 40320.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(-1.0 / 720.0), f64x2.mul(s, series));
    series = f64x2.add(f64x2.splat(1.0 / 24.0), f64x2.mul(s, series));
  }
  return v128.add<T>(head, v128.add<T>(lost, v128.mul<T>(v128.mul<T>(s, s), series)));
}
