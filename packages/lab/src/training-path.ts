import { statisticsRoute, type PromptLaw } from "@onestep/data";
import type { GaussianLinearPopulation } from "@onestep/model";
import { gaussianLinearPopulation } from "./gaussian-linear-law.ts";

/** How a layer comes to its training prompts on kernels. */
export type TrainingPath =
  /** Kernels draw the prompts of a Gaussian linear law where they evaluate them: two columns stand for a context. */
  | { readonly kind: "drawn"; readonly population: GaussianLinearPopulation }
  /** `data` draws what attention sees of a context, and no rows. */
  | { readonly kind: "statistics" }
  /** `data` samples rows. */
  | { readonly kind: "rows" };

// Microseconds a prompt on one core, measured over d = 3 … 20 and n = 20 … 1000: sampling it, and evaluating it once.
const costOfRows = (n: number, d: number): number => 2 + 0.01 * n * d;
const costOfStatistics = (d: number): number => 3 + 0.03 * d * d;

/** The longest context that kernels draw. */
const LONGEST = 2 ** 24;

/** Rows of a minibatch with more numbers than these are not held in memory at once. */
const MOST_NUMBERS = 2 ** 26;

/**
 * The cheapest path of a law, for minibatches of `count` prompts. Without rows costs do not grow with n; but statistics
 * take d² operations where a short context has fewer rows, and only Bartlett's route to them beats drawing rows at all.
 */
export function trainingPath(law: PromptLaw, count: number): TrainingPath {
  const { contextLength: n, dimension: d } = law;
  if (law.queries > 1) return { kind: "rows" };
  const population = gaussianLinearPopulation(law);
  if (population !== undefined && n <= LONGEST) return { kind: "drawn", population };
  if (n * d * count > MOST_NUMBERS) return { kind: "statistics" };
  const isCheaper = statisticsRoute(law) === "bartlett" && costOfStatistics(d) < costOfRows(n, d);
  return { kind: isCheaper ? "statistics" : "rows" };
}
