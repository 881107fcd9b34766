import { integer, type Arbitrary } from "fast-check";

/** A dimension d, small first: `[1, largest]`. */
export function anyDimension(largest = 6): Arbitrary<number> {
  return integer({ min: 1, max: largest });
}

/** A context length n, small first: `[1, largest]`; shorter and longer than the dimensions of `anyDimension`. */
export function anyContextLength(largest = 24): Arbitrary<number> {
  return integer({ min: 1, max: largest });
}

/** A seed: any unsigned 32-bit integer, 0 included. */
export function anySeed(): Arbitrary<number> {
  return integer({ min: 0, max: 2 ** 32 - 1 });
}
