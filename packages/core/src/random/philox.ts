/** Four 32-bit words. */
export type Words4 = [number, number, number, number];

const MULTIPLIER_0 = 0xd2511f53;
const MULTIPLIER_1 = 0xcd9e8d57;
const WEYL_0 = 0x9e3779b9;
const WEYL_1 = 0xbb67ae85;
const ROUNDS = 10;

/** The upper 32 bits of the 64-bit product a·b of unsigned words, by halves: no sum on the way exceeds 32 bits. */
function multiplyHigh(a: number, b: number): number {
  const middle = Math.imul(a >>> 16, b & 0xffff) + (Math.imul(a & 0xffff, b & 0xffff) >>> 16);
  const carry = Math.imul(a & 0xffff, b >>> 16) + (middle & 0xffff);
  return (Math.imul(a >>> 16, b >>> 16) + (middle >>> 16) + (carry >>> 16)) | 0;
}

/**
 * Philox4x32-10: a keyed bijection of 128-bit words in ten rounds. For a fixed key, different counters never collide.
 *
 * @param counter four unsigned 32-bit words, read and overwritten with the result
 * @param key0 first key word
 * @param key1 second key word
 *
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011), section 4.2;
 * checked against that paper's published known-answer vectors.
 */
export function philox4x32(counter: Words4, key0: number, key1: number): void {
  // signed, as 32-bit operations leave them: the compiler then needs no doubles
  let c0 = counter[0] | 0;
  let c1 = counter[1] | 0;
  let c2 = counter[2] | 0;
  let c3 = counter[3] | 0;
  let k0 = key0 | 0;
  let k1 = key1 | 0;
  for (let round = 0; round < ROUNDS; round++) {
    const high0 = multiplyHigh(MULTIPLIER_0, c0);
    const low0 = Math.imul(MULTIPLIER_0, c0);
    const high1 = multiplyHigh(MULTIPLIER_1, c2);
    const low1 = Math.imul(MULTIPLIER_1, c2);
    c0 = high1 ^ (c1 ^ k0); // in this order, since the product is what everything waits for
    c1 = low1;
    c2 = high0 ^ (c3 ^ k1);
    c3 = low0;
    k0 = (k0 + WEYL_0) | 0;
    k1 = (k1 + WEYL_1) | 0;
  }
  counter[0] = c0 >>> 0;
  counter[1] = c1 >>> 0;
  counter[2] = c2 >>> 0;
  counter[3] = c3 >>> 0;
}
