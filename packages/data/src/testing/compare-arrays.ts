/** The first place where two arrays do not hold the same bits; `undefined` where they agree throughout. */
export function firstDifference(left: ArrayLike<number>, right: ArrayLike<number>): number | undefined {
  if (left.length !== right.length) return Math.min(left.length, right.length);
  for (let i = 0; i < left.length; i++) if (!Object.is(left[i], right[i])) return i;
  return undefined;
}

/** The first entry that is not a finite number. */
export function firstNotFinite(values: Float64Array): number | undefined {
  return values.find((value) => !Number.isFinite(value));
}
