// Words of 32 bits on four lanes, from xoshiro128++ of `@onestep/core`. What makes f32 of them looks at all four, what
// makes f64 at the first two.

export const TWO_POW_MINUS_32: f64 = 2.3283064365386962890625e-10;

/** The next 32 bits of each stream of a four, whose state moves on. */
export function nextWords(state: usize): v128 {
  const a = v128.load(state);
  const b = v128.load(state, 16);
  const c = v128.xor(v128.load(state, 32), a);
  const last = v128.load(state, 48);
  const d = v128.xor(last, b);
  v128.store(state, v128.xor(a, d));
  v128.store(state, v128.xor(b, c), 16);
  v128.store(state, v128.xor(c, i32x4.shl(b, 9)), 32);
  v128.store(state, rotateLeft(d, 11), 48);
  return i32x4.add(rotateLeft(i32x4.add(a, last), 7), a);
}

export function rotateLeft(words: v128, bits: i32): v128 {
  return v128.or(i32x4.shl(words, bits), i32x4.shr_u(words, 32 - bits));
}

/** (word + ½)·2⁻³², in (0, 1); in f32 it may round to 1. */
export function uniform<T>(words: v128): v128 {
  const whole = sizeof<T>() == 4 ? f32x4.convert_i32x4_u(words) : f64x2.convert_low_i32x4_u(words);
  return v128.mul<T>(v128.add<T>(whole, v128.splat<T>(<T>0.5)), v128.splat<T>(<T>TWO_POW_MINUS_32));
}

/** Lanes 2 and 3 in the place of 0 and 1. */
export function upperHalf(words: v128): v128 {
  return v128.shuffle<i64>(words, words, 1, 0);
}

/** The words of as many lanes as T has, each made as wide as T by standing there twice. */
export function widened<T>(words: v128): v128 {
  return sizeof<T>() == 4 ? words : v128.shuffle<i32>(words, words, 0, 0, 1, 1);
}
