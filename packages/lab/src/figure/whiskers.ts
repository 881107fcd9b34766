import type { Estimate } from "@onestep/core";
import type { FigurePoint } from "./figure.ts";

/**
 * The point of an estimate, with whiskers over its 95 % interval.
 *
 * @param shown what the axis shows of a value: the value itself, unless it is in other units
 */
export function whiskers(
  x: number,
  { value, standardError }: Pick<Estimate, "value" | "standardError">,
  shown = (y: number): number => y,
): FigurePoint {
  const reach = 1.96 * standardError;
  return { x, y: shown(value), low: shown(value - reach), high: shown(value + reach) };
}
