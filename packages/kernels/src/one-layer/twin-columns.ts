// The twins of `columns.as.ts` and `rows.as.ts`, for one prompt: see there for the formulas.

/** Below, a squared length counts as 0. */
const TINY = 2 ** -1000;

/** Makes p a unit vector and returns its length; the first axis where that counts as 0. */
export function normalize(p: Float64Array): number {
  let square = 0;
  for (let i = 0; i < p.length; i++) square += p[i] * p[i];
  const norm = Math.sqrt(square);
  if (square <= TINY) {
    p.fill(0);
    p[0] = 1;
    return 0;
  }
  const scale = 1 / norm;
  for (let i = 0; i < p.length; i++) p[i] *= scale;
  return norm;
}

/** Makes g₁ the first column, and writes W p. */
export function contractFirst(
  first: Float64Array,
  axis: Float64Array,
  length: number,
  norm: number,
  attended: Float64Array,
): void {
  let along = 0;
  for (let i = 0; i < axis.length; i++) along += axis[i] * first[i];
  const lift = length - along;
  const scale = norm * length;
  for (let i = 0; i < axis.length; i++) {
    first[i] += lift * axis[i];
    attended[i] = scale * first[i];
  }
}

/** Writes W k, with g₂ in `second`. */
export function contractSecond(
  second: Float64Array,
  first: Float64Array,
  axis: Float64Array,
  keys: Float64Array,
  length: number,
  contracted: Float64Array,
): void {
  let along = 0;
  let onFirst = 0;
  let otherAlong = 0;
  for (let i = 0; i < axis.length; i++) {
    along += axis[i] * keys[i];
    onFirst += first[i] * keys[i];
    otherAlong += axis[i] * second[i];
  }
  let square = 0;
  let otherAcross = 0;
  for (let i = 0; i < axis.length; i++) {
    const across = keys[i] - along * axis[i];
    square += across * across;
    otherAcross += across * second[i];
    contracted[i] = across;
  }
  const norm = Math.sqrt(square);
  const onAcross = length * (length - (square > TINY ? otherAcross / norm : 0));
  const onOther = length * norm;
  const onAxis = onOther * otherAlong;
  for (let i = 0; i < axis.length; i++) {
    contracted[i] = onFirst * first[i] + onAcross * contracted[i] + onOther * second[i] - onAxis * axis[i];
  }
}

/** Writes the mean of W k given the first column. */
export function contractMean(
  first: Float64Array,
  axis: Float64Array,
  keys: Float64Array,
  others: number,
  contracted: Float64Array,
): void {
  let along = 0;
  let onFirst = 0;
  for (let i = 0; i < axis.length; i++) {
    along += axis[i] * keys[i];
    onFirst += first[i] * keys[i];
  }
  for (let i = 0; i < axis.length; i++) {
    contracted[i] = onFirst * first[i] + others * (keys[i] - along * axis[i]);
  }
}

/** Adds one row z of a context: (z·p) z and (z·k) z. */
export function contractRow(
  rows: Float64Array,
  offset: number,
  p: Float64Array,
  k: Float64Array,
  attended: Float64Array,
  contracted: Float64Array,
): void {
  let value = 0;
  let score = 0;
  for (let i = 0; i < p.length; i++) {
    value += p[i] * rows[offset + i];
    score += k[i] * rows[offset + i];
  }
  for (let i = 0; i < p.length; i++) {
    attended[i] += value * rows[offset + i];
    contracted[i] += score * rows[offset + i];
  }
}
