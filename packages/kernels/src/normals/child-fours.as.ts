// The children of four keys at once, one key a lane: Philox4x32-10 of `@onestep/core`.

import { FOUR } from "./four-streams.as";

const MULTIPLIER_0: i32 = <i32>0xd2511f53;
const MULTIPLIER_1: i32 = <i32>0xcd9e8d57;
const WEYL_0: i32 = <i32>0x9e3779b9;
const WEYL_1: i32 = <i32>0xbb67ae85;
const ROUNDS = 10;

/**
 * Takes the words of 4·fours keys to those of their children, in place.
 *
 * @param words fours
 * @param key0 `philoxKeyOf(label, index)` of the children, its first word and its second
 */
export function openChildren(words: usize, fours: i32, key0: i32, key1: i32): void {
  const end = words + <usize>fours * FOUR;
  for (; words < end; words += FOUR) openFour(words, key0, key1);
}

function openFour(words: usize, key0: i32, key1: i32): void {
  let c0 = v128.load(words);
  let c1 = v128.load(words, 16);
  let c2 = v128.load(words, 32);
  let c3 = v128.load(words, 48);
  const multiplier0 = i32x4.splat(MULTIPLIER_0);
  const multiplier1 = i32x4.splat(MULTIPLIER_1);
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(c0, multiplier0);
    const high1 = multiplyHigh(c2, multiplier1);
    const low0 = i32x4.mul(c0, multiplier0);
    const low1 = i32x4.mul(c2, multiplier1);
    c0 = v128.xor(v128.xor(high1, c1), i32x4.splat(key0));
    c1 = low1;
    c2 = v128.xor(v128.xor(high0, c3), i32x4.splat(key1));
    c3 = low0;
    key0 += WEYL_0;
    key1 += WEYL_1;
  }
  // The generator's only fixed point is no state to start from.
  const zero = i32x4.eq(v128.or(v128.or(c0, c1), v128.or(c2, c3)), i32x4.splat(0));
  v128.store(words, v128.or(c0, v128.and(zero, i32x4.splat(1))));
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
}

/** The upper halves of the products of unsigned words. */
function multiplyHigh(x: v128, y: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(x, y), i64x2.extmul_high_i32x4_u(x, y), 1, 3, 5, 7);
}
