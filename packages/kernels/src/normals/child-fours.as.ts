// The children of four keys at once, one key a lane.

import { philoxFour, philoxTwoFours } from "../wasm/philox.as";
import { FOUR } from "./four-streams.as";

/**
 * Opens the streams at a child of each of 4·fours keys.
 *
 * @param keys the words of the keys, in fours
 * @param into the words that the streams start from, in fours
 * @param key0 `philoxKeyOf(label, index)` of the children, its first word and its second
 */
export function openChildren(keys: usize, into: usize, fours: i32, key0: i32, key1: i32): void {
  memory.copy(into, keys, <usize>fours * FOUR);
  for (; fours >= 2; fours -= 2, into += 2 * FOUR) philoxTwoFours(into, i32x4.splat(key0), i32x4.splat(key1));
  if (fours > 0) philoxFour(into, i32x4.splat(key0), i32x4.splat(key1));
}
