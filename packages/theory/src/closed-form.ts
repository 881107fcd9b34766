import { requireFields, requireFunction } from "./require.ts";
import type { Citation } from "./sources.ts";

/** A number (matrix, curve, …) with its passport: how it is computed, when it is true, and where it comes from. */
export interface ClosedForm<V> {
  readonly value: V;
  /** The formula behind `value`, as KaTeX. */
  readonly formula: string;
  /** What must be true of the law for the formula to be. */
  readonly hypotheses: readonly string[];
  /** The paper (a key of `sources`) and the place in it. */
  readonly source: Citation;
}

/**
 * The same formula, read differently: another value, every other field kept.
 *
 * @example
 * const optimum = optimalStepSize({ contextLength: 2, dimension: 1, noiseVariance: 0 });
 * mapClosedForm(optimum, (stepSize) => 2 * stepSize).value; // => 0.5
 */
export function mapClosedForm<V, W>(form: ClosedForm<V>, f: (value: V) => W): ClosedForm<W> {
  requireFields("mapClosedForm", "a closed form", form, ["value"]);
  requireFunction("mapClosedForm", "value ↦ value", f);
  return { ...form, value: f(form.value) };
}
