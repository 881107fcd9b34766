/**
 * Moves labels along one axis until none covers another: down from where they want to stand, and up again where the last
 * would leave the room.
 *
 * @param wanted where each label would best stand
 * @param gap the least distance of two
 * @returns where they stand, in the same order
 *
 * @example
 * placeLabels([10, 12, 50], { gap: 14, low: 0, high: 60 }); // => [10, 24, 50]
 * placeLabels([58, 60], { gap: 14, low: 0, high: 60 }); // => [46, 60]
 */
export function placeLabels(
  wanted: readonly number[],
  { gap, low, high }: { readonly gap: number; readonly low: number; readonly high: number },
): number[] {
  const order = wanted.map((_, at) => at).sort((one, other) => wanted[one] - wanted[other] || one - other);
  const placed = [...wanted];
  let free = low;
  for (const at of order) {
    placed[at] = Math.max(wanted[at], free);
    free = placed[at] + gap;
  }
  free = high;
  for (const at of order.toReversed()) {
    placed[at] = Math.min(placed[at], free);
    free = placed[at] - gap;
  }
  return placed;
}
