import type { NoiseLaw } from "../define/define-noise.ts";
import type { OpenPrompt } from "../prompt/open-prompt.ts";
import { costOfProjections, costOfRows } from "./route-cost.ts";

/**
 * How the sums of a context are drawn. Bartlett's way is always the cheapest; rows are cheaper than projections while a
 * context is short.
 *
 * - `"bartlett"`: Gaussian rows, linear target, Gaussian noise; cost independent of n
 * - `"projections"`: Gaussian rows and a target of m < d directions; n·m numbers and d² more
 * - `"projected-step"`: the same without S, also for scale mixtures of Gaussian rows; n·(m + 1) numbers and d more
 * - `"rows"`: every other law, row by row
 */
export type StatisticsRoute = "bartlett" | "projections" | "projected-step" | "rows";

/** What decides the route, besides the prompt. */
export interface RoutedLaw {
  readonly noise: NoiseLaw;
  readonly dimension: number;
  readonly contextLength: number;
}

/** What is asked of a context. */
export interface Asked {
  /** Whether S is wanted. */
  readonly gram: boolean;
  /** Whether rows are avoided even where they are cheaper. */
  readonly withoutRows: boolean;
}

/** The route for a prompt: the cheapest, and the same for all prompts of a law. */
export function routeOf(prompt: OpenPrompt, law: RoutedLaw, { gram, withoutRows }: Asked): StatisticsRoute {
  const shortcut = shortcutOf(prompt, law, gram);
  if (shortcut === undefined) return "rows";
  if (shortcut === "bartlett" || withoutRows) return shortcut;
  const { dimension, contextLength: length } = law;
  const size = { length, dimension, indices: prompt.target.indices!.count, gram };
  return costOfProjections(size) < costOfRows(size) ? shortcut : "rows";
}

/** What the law allows instead of rows. */
function shortcutOf(
  { rows, target: { indices } }: OpenPrompt,
  { noise, dimension }: RoutedLaw,
  gram: boolean,
): Exclude<StatisticsRoute, "rows"> | undefined {
  if (indices === undefined) return undefined;
  if (rows.gaussian && indices.linear && noise.drawDeviation !== undefined) return "bartlett";
  if (!noise.declares.homoscedastic || indices.count >= dimension) return undefined;
  if (rows.gaussian) return gram ? "projections" : "projected-step";
  return rows.drawScale !== undefined && !gram ? "projected-step" : undefined;
}
