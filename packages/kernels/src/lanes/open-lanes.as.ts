// A stream for every prompt, one prompt a lane. Streams lie in fours: word 0 of four lanes, then words 1, 2 and 3.

import { philoxFour } from "../wasm/philox.as";

/** Bytes of a four. */
export const FOUR: usize = 64;

/**
 * Starts the streams of 4·fours prompts that follow one another: prompt i at the words of `childKey(key, label, i)`, so
 * that a prompt is the same in whatever batch it is drawn.
 *
 * @param states fours, overwritten
 * @param key the four words of the parent key
 * @param label0 `philoxKeyOf(label)`, its first word and its second
 * @param first the index of the first prompt, its lower 32 bits and its upper ones
 */
export function openLanes(
  states: usize,
  fours: i32,
  key: usize,
  label0: i32,
  label1: i32,
  firstLow: i32,
  firstHigh: i32,
): void {
  const start = i32x4.splat(firstLow);
  for (let four = 0; four < fours; four++) {
    const low = i32x4.add(start, i32x4.add(i32x4.splat(4 * four), i32x4(0, 1, 2, 3)));
    const high = i32x4.sub(i32x4.splat(firstHigh), i32x4.lt_u(low, start)); // a carry is −1
    for (let word: usize = 0; word < FOUR; word += 16) v128.store(states + word, v128.load32_splat(key + (word >> 2)));
    philoxFour(states, v128.xor(i32x4.splat(label0), high), v128.xor(i32x4.splat(label1), low));
    states += FOUR;
  }
}
