import type { Slope } from "../optimizers/objective.ts";

/** Where a model's numbers overflow: an infinite loss, which ends a run and shortens the step of a flow. */
export function overflowAt(size: number): Slope {
  return { loss: Infinity, gradient: new Float64Array(size).fill(Infinity) };
}

/** The slope itself where all of it is finite. */
export function orOverflow(slope: Slope): Slope {
  const { loss, gradient } = slope;
  return Number.isFinite(loss) && gradient.every(Number.isFinite) ? slope : overflowAt(gradient.length);
}
