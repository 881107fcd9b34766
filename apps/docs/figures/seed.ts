/** The largest seed that a figure offers. */
export const LARGEST_SEED: number = 9999;

/** The seed that follows; after the largest comes 0. */
export function nextSeed(seed: number): number {
  return (seed + 1) % (LARGEST_SEED + 1);
}
