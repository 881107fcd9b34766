import type { JsonObject } from "@onestep/data";
import type { JudgedClaim, Verdict } from "./claim.ts";
import type { TrainingBudget } from "./training-budget.ts";

/** What one trial showed: plain JSON, all that is needed to quote or repeat it. */
export interface TrialReport {
  readonly id: string;
  readonly title: string;
  readonly verdict: Verdict;
  /** A `"diverged"` run is judged by its last finite parameters. */
  readonly status: "finished" | "diverged";
  readonly claims: readonly JudgedClaim[];
  /** What a claim would have said but could not, and why. */
  readonly notes: readonly string[];
  /** The batch loss along the run, on prompts that were new at that step. */
  readonly trainingLoss: readonly { readonly step: number; readonly loss: number }[];
  readonly training: TrainingBudget & {
    readonly optimizer: string;
    readonly learningRate: number;
    readonly starts: number;
  };
  /** Γ of the trained layer, row by row. */
  readonly preconditioner: readonly (readonly number[])[];
  /** Γ* of the theory, row by row. */
  readonly optimum: readonly (readonly number[])[];
  /** L*, the loss of Γ*. */
  readonly optimalLoss: number;
  readonly seed: number;
  readonly backend: string;
  /** Which of the backend's ways trained the layer, where it has several: `"wasm-f64 two-column"`. */
  readonly path?: string;
  /** The law file that repeats the trial. */
  readonly law: JsonObject;
}
