// Philox4x32-10 of `@onestep/core` on four counters at once, one a lane.

const MULTIPLIER_0: i32 = <i32>0xd2511f53;
const MULTIPLIER_1: i32 = <i32>0xcd9e8d57;
const WEYL_0: i32 = <i32>0x9e3779b9;
const WEYL_1: i32 = <i32>0xbb67ae85;
const ROUNDS = 10;

/**
 * Encrypts four counters in place, and keeps them off zero: that is the only state where xoshiro128++ stands still.
 *
 * @param words a four: word 0 of every lane, then words 1, 2 and 3
 * @param key0 the first key word of every lane, and key1 the second
 */
export function philoxFour(words: usize, key0: v128, key1: v128): void {
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
    c0 = v128.xor(v128.xor(high1, c1), key0);
    c1 = low1;
    c2 = v128.xor(v128.xor(high0, c3), key1);
    c3 = low0;
    key0 = i32x4.add(key0, i32x4.splat(WEYL_0));
    key1 = i32x4.add(key1, i32x4.splat(WEYL_1));
  }
  storeState(words, c0, c1, c2, c3);
}

/** The same for two fours that follow one another, under one key: neither waits for the multiplications of the other. */
export function philoxTwoFours(words: usize, key0: v128, key1: v128): void {
  let c0 = v128.load(words);
  let c1 = v128.load(words, 16);
  let c2 = v128.load(words, 32);
  let c3 = v128.load(words, 48);
  let d0 = v128.load(words, 64);
  let d1 = v128.load(words, 80);
  let d2 = v128.load(words, 96);
  let d3 = v128.load(words, 112);
  const multiplier0 = i32x4.splat(MULTIPLIER_0);
  const multiplier1 = i32x4.splat(MULTIPLIER_1);
  for (let round = 0; round < ROUNDS; round++) {
    let high0 = multiplyHigh(c0, multiplier0);
    let high1 = multiplyHigh(c2, multiplier1);
    let low0 = i32x4.mul(c0, multiplier0);
    let low1 = i32x4.mul(c2, multiplier1);
    c0 = v128.xor(v128.xor(high1, c1), key0);
    c1 = low1;
    c2 = v128.xor(v128.xor(high0, c3), key1);
    c3 = low0;
    high0 = multiplyHigh(d0, multiplier0);
    high1 = multiplyHigh(d2, multiplier1);
    low0 = i32x4.mul(d0, multiplier0);
    low1 = i32x4.mul(d2, multiplier1);
    d0 = v128.xor(v128.xor(high1, d1), key0);
    d1 = low1;
    d2 = v128.xor(v128.xor(high0, d3), key1);
    d3 = low0;
    key0 = i32x4.add(key0, i32x4.splat(WEYL_0));
    key1 = i32x4.add(key1, i32x4.splat(WEYL_1));
  }
  storeState(words, c0, c1, c2, c3);
  storeState(words + 64, d0, d1, d2, d3);
}

/** The upper halves of the products of unsigned words. */
function multiplyHigh(x: v128, y: v128): v128 {
  return v128.shuffle<i32>(i64x2.extmul_low_i32x4_u(x, y), i64x2.extmul_high_i32x4_u(x, y), 1, 3, 5, 7);
}

function storeState(words: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const zero = i32x4.eq(v128.or(v128.or(c0, c1), v128.or(c2, c3)), i32x4.splat(0));
  v128.store(words, v128.or(c0, v128.and(zero, i32x4.splat(1))));
  v128.store(words, c1, 16);
  v128.store(words, c2, 32);
  v128.store(words, c3, 48);
}
