import type { Estimate } from "@onestep/core";
import type { EstimatedMatrix } from "./estimated-moments.ts";
import type { ExcessRiskRatio } from "./excess-risk-ratio.ts";
import type { MomentCondition } from "./moment-conditions.ts";
import type { SymmetryTest } from "./symmetry-tests.ts";

/** A form of Γ that a theorem knows: ηI, or ηΣ⁻¹. */
export type StepForm = "one-step" | "preconditioned-step";

/** The form of an optimum: Γ* = ηI, Γ* = ηΣ⁻¹, or neither; undecided where there are too few prompts to tell. */
export type Conclusion = StepForm | "general" | "undecided";

/** The form of a law's optimum, known without looking at its prompts. */
export interface DeclaredOptimum {
  readonly conclusion: StepForm | "general";
  /** The theorem and what the law meets of it, to follow a colon. */
  readonly because: string;
  /** Proved that terms even in the responses cannot help: then the best layer is a step. */
  readonly evenPartDecouples: boolean;
  /** What the best step of each form costs, (R − R*)/R*, where the law's moments say it exactly. */
  readonly costs?: Readonly<Record<StepForm, number>>;
}

/** A moment condition, with its p-value adjusted for all of them. */
export interface AdjustedCondition extends MomentCondition {
  readonly adjustedPValue: number;
}

/** The best step, and the best step sizes of the forms that a theorem knows. */
export interface EstimatedOptimum {
  /** Γ̂ = S⁻¹AᵀB⁻¹ from moments. */
  readonly preconditioner: EstimatedMatrix;
  /** The loss of least-squares steps on held-out prompts. */
  readonly loss: Estimate;
  /** Whether it is the best that linear attention can do, within the tolerance, or terms even in the responses may help. */
  readonly attains: "lsa-minimum" | "best-step";
  /** η of the best ηI, and of the best ηΣ⁻¹. */
  readonly stepSizes: Readonly<Record<StepForm, Estimate>>;
}

/** Does the theorem apply to my law? */
export interface SymmetryReport {
  readonly conclusion: Conclusion;
  /**
   * Whether a step of a known form is optimal: proved from what the law declares, or within the tolerance by the upper
   * limit of what the form costs, or not.
   */
  readonly applies: "exactly" | "approximately" | "no" | "undecided";
  readonly tests: readonly SymmetryTest[];
  /** What is really needed, tested directly. */
  readonly momentConditions: readonly AdjustedCondition[];
  /** What the form of the conclusion costs; of a general optimum the form that comes near it, else one step. */
  readonly excessRiskRatio: ExcessRiskRatio;
  /** What each form costs, against linear attention with any number of heads. */
  readonly costs: Readonly<Record<StepForm | "any-step", ExcessRiskRatio>>;
  readonly optimum: EstimatedOptimum;
  /** About how many prompts would decide, where these do not. */
  readonly promptsNeeded?: number;
  /** The verdict in words. */
  readonly sentences: readonly string[];
}
