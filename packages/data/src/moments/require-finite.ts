import { NumericalError } from "@onestep/core";

/** Refuses moments that have overflowed, before infinities can turn into NaN. */
export function requireFiniteMoments(sizes: readonly number[]): void {
  if (sizes.every(Number.isFinite)) return;
  throw new NumericalError({
    where: "promptMoments",
    expected: "moments that are finite numbers",
    arrived: `moments of the sizes ${sizes.join(", ")}`,
    hint: "choose units in which covariates and responses are of moderate size",
  });
}
