import type { RecipeReport, Scale } from "@onestep/lab";

/** What a thread needs to run a recipe: plain data. */
export interface RecipeRequest {
  readonly id: string;
  readonly scale: Scale;
  readonly seed: number;
  readonly defect?: string;
}

/** How far a recipe is, 0 ≤ part ≤ 1, and what it does now. */
export interface RecipeProgress {
  readonly part: number;
  readonly doing: string;
}

/** A report, and how long the thread took. */
export interface TimedReport extends RecipeReport {
  readonly seconds: number;
}
