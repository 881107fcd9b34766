/** The words of `Strip` in `strip.as.ts`, in the order in which they stand there, behind its two doubles. */
const FIELDS = [
  "dimension",
  "width",
  "dimensionTiled",
  "widthTiled",
  "stride",
  "fours",
  "drawn",
  "states",
  "weights",
  "value",
  "keyPanels",
  "minusTransposedPanels",
  "taskPanels",
  "taskFactors",
  "taskShift",
  "query",
  "omega",
  "noise",
  "first",
  "second",
  "firstLength",
  "secondLength",
  "task",
  "direction",
  "norm",
  "keys",
  "attended",
  "contracted",
  "totals",
  "residual",
  "keySums",
  "valueSums",
  "outerPair",
] as const;

export type StripField = (typeof FIELDS)[number];

/** Where a field stands, in words from the strip's beginning. */
export const wordOf: Readonly<Record<StripField, number>> = Object.fromEntries(
  FIELDS.map((field, at) => [field, 4 + at]),
) as Record<StripField, number>;

/** Bytes of a strip, whole doubles. */
export const STRIP_BYTES: number = 16 + 8 * Math.ceil(FIELDS.length / 2);
