import { float64Engine } from "@onestep/model";
import type { Claim } from "../../claim.ts";
import type { Trial } from "../../experiment.ts";
import type { TrialReport } from "../../report.ts";
import { runTrial } from "../../run-trial.ts";
import type { RecipeContext } from "../recipe.ts";

/** A layer trained for a recipe: what `runTrial` reports, its claims under the trial's name. */
export interface TrainedTrial {
  readonly report: TrialReport;
  readonly claims: readonly Claim[];
  /** The claim of a name, as `runTrial` gives it: `"step size"`, `"excess loss"`. */
  readonly claim: (name: string) => Claim;
}

/** A part of a recipe, for its progress: 0 ≤ from ≤ to ≤ 1. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** One of several parts that are alike, the first of which is 0. */
export function spanOf(at: number, parts: number): Span {
  return { from: at / parts, to: (at + 1) / parts };
}

/**
 * Trains one layer on a trial's law inside a recipe, and holds it against the theory.
 *
 * @param trial its `id` is the address of its draws, and begins with the recipe's
 * @param label begins the names of its claims: `"σ² = 0.25"`
 * @param span the part of the recipe that this is, for its progress
 */
export async function trainTrial(
  trial: Trial,
  label: string,
  { seed, progress, signal }: RecipeContext,
  span: Span,
): Promise<TrainedTrial> {
  const report = await runTrial(trial, {
    seed,
    engine: float64Engine(),
    signal,
    onProgress: ({ step, steps }) =>
      progress(span.from + ((span.to - span.from) * step) / steps, `${label}, step ${step} of ${steps}`),
  });
  progress(span.to, label);
  if (report === undefined) throw new Error(`${trial.id} ended early, though nobody asked`);
  const claims = report.claims.map(({ verdict: _verdict, ...claim }): Claim => claim);
  return {
    report,
    claims: claims.map((claim) => ({ ...claim, name: `${label}: ${claim.name}` })),
    claim: (name) => {
      const found = claims.find((claim) => claim.name === name);
      if (found === undefined) throw new Error(`${trial.id} makes no claim "${name}"`);
      return found;
    },
  };
}
