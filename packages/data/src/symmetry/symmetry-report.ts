import type { Estimate } from "@onestep/core";
import type { EstimatedMatrix } from "./estimated-moments.ts";
import type { ExcessRiskRatio } from "./excess-risk-ratio.ts";
import type { MomentCondition } from "./moment-conditions.ts";
import type { SymmetryTest } from "./symmetry-tests.ts";

/** A form of Γ that a theorem knows: ηI, or ηΣ⁻¹. */
export type StepForm = "one-step" | "preconditioned-step";

/** The form of a law's optimum, known without looking at its prompts. */
export interface DeclaredOptimum {
  readonly conclusion: StepForm | "general";
  /** The theorem and what the law meets of it, to follow a colon. */
  readonly because: string;
}

/** A moment condition, with its p-value adjusted for all of them. */
export interface AdjustedCondition extends MomentCondition {
  readonly adjustedPValue: number;
}

/** Does the theorem apply to my law? */
export interface SymmetryReport {
  /** The form of the optimum: Γ* = ηI, Γ* = ηΣ⁻¹, or neither. */
  readonly conclusion: StepForm | "general";
  /**
   * Whether the optimum is a step of a known form: proved from what the law declares, or established within the tolerance
   * by the upper limit of what the form costs, or not.
   */
  readonly applies: "exactly" | "approximately" | "no";
  readonly tests: readonly SymmetryTest[];
  /** What is really needed, tested directly. */
  readonly momentConditions: readonly AdjustedCondition[];
  /** What the form of the conclusion costs; for a general optimum, what the simplest form that passes does, or else one step. */
  readonly excessRiskRatio: ExcessRiskRatio;
  /** What each form costs, against linear attention with any number of heads. */
  readonly costs: Readonly<Record<StepForm | "any-step", ExcessRiskRatio>>;
  /** The best step, whatever its form: Γ̂ = S⁻¹AᵀB⁻¹ from moments, and the loss of least-squares fits on held-out prompts. */
  readonly optimum: { readonly preconditioner: EstimatedMatrix; readonly loss: Estimate };
  /** The verdict in words. */
  readonly sentences: readonly string[];
}
