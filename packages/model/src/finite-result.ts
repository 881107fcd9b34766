import { NumericalError } from "@onestep/core";

/** @throws NumericalError for a result, made from finite numbers, that is not finite itself */
export function requireFiniteResult(where: string, values: Float64Array): Float64Array {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return values;
  throw new NumericalError({
    where,
    expected: "a result that fits double precision",
    arrived: `${values[at]} at position ${at}`,
    hint: "the numbers are too large for their products: choose another unit",
  });
}
