import { DomainError } from "../errors.ts";
import type { RandomStream } from "./stream.ts";

const TWO_POW_32 = 4294967296;

/**
 * A whole number 0 ≤ k < bound, each with exactly the same probability.
 *
 * The 2³² values of `bits` are cut into `bound` runs of one length; what is left over at the end is drawn again, on
 * average less than once.
 *
 * @param bound a whole number 1 ≤ bound ≤ 2³²
 * @throws DomainError for any other bound
 *
 * @example
 * drawInteger(openStream(randomKey(0)), 1); // => 0
 */
export function drawInteger(stream: RandomStream, bound: number): number {
  if (!(Number.isInteger(bound) && bound >= 1 && bound <= TWO_POW_32)) {
    throw new DomainError({
      where: "drawInteger",
      expected: "a whole bound from 1 to 2^32",
      arrived: String(bound),
      hint: "the numbers drawn are 0 … bound − 1",
    });
  }
  const run = Math.floor(TWO_POW_32 / bound);
  for (;;) {
    const drawn = Math.floor(stream.bits() / run);
    if (drawn < bound) return drawn;
  }
}

/**
 * Puts the items into a uniformly random order, in place.
 *
 * Source: Fisher & Yates; Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm P.
 */
export function shuffle<T>(stream: RandomStream, items: { readonly length: number; [at: number]: T }): void {
  for (let last = items.length - 1; last > 0; last--) {
    const chosen = drawInteger(stream, last + 1);
    const moved = items[last];
    items[last] = items[chosen];
    items[chosen] = moved;
  }
}

/**
 * A subset of {0, …, of − 1} with `size` elements, ascending; all such subsets are equally likely.
 *
 * Each number is taken with the probability (still wanted)/(still available), which needs no memory beside the result.
 *
 * @param size a whole number 0 ≤ size ≤ of
 * @throws DomainError for any other size, or an `of` beyond 2³²
 *
 * Source: Knuth, The Art of Computer Programming 2, section 3.4.2, algorithm S.
 *
 * @example
 * drawSubset(openStream(randomKey(0)), 3, 3); // => Uint32Array.of(0, 1, 2)
 */
export function drawSubset(stream: RandomStream, size: number, of: number): Uint32Array {
  if (!(Number.isInteger(size) && Number.isInteger(of) && size >= 0 && size <= of && of <= TWO_POW_32)) {
    throw new DomainError({
      where: "drawSubset",
      expected: "whole numbers 0 ≤ size ≤ of ≤ 2^32",
      arrived: `${size} of ${of}`,
      hint: "a subset has no more elements than the set",
    });
  }
  const subset = new Uint32Array(size);
  for (let element = 0, taken = 0; taken < size; element++) {
    if (drawInteger(stream, of - element) < size - taken) subset[taken++] = element;
  }
  return subset;
}
