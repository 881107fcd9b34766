import type { NoiseLaw } from "../define/define-noise.ts";
import type { OpenPrompt } from "../prompt/open-prompt.ts";

/**
 * How the sums of a context are drawn, the cheapest first.
 *
 * - `"bartlett"`: Gaussian rows, linear target, Gaussian noise; cost independent of n
 * - `"projections"`: Gaussian rows and a target of m < d directions; n·m numbers and d² more
 * - `"projected-step"`: the same without S, also for scale mixtures of Gaussian rows; n·(m + 1) numbers and d more
 * - `"rows"`: every other law, row by row
 */
export type StatisticsRoute = "bartlett" | "projections" | "projected-step" | "rows";

/** The route of one prompt. */
export function routeOf(
  { rows, target: { indices } }: OpenPrompt,
  noise: NoiseLaw,
  dimension: number,
  gram: boolean,
): StatisticsRoute {
  if (indices === undefined) return "rows";
  if (rows.gaussian && indices.linear && noise.drawDeviation !== undefined) return "bartlett";
  if (!noise.declares.homoscedastic || indices.count >= dimension) return "rows";
  if (rows.gaussian) return gram ? "projections" : "projected-step";
  return rows.drawScale !== undefined && !gram ? "projected-step" : "rows";
}
