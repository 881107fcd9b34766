import type { Matrix } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import type { ClosedForm } from "@onestep/theory";

/** What a user may change about an experiment's laws; omitted entries keep the experiment's defaults. */
export interface ExperimentSettings {
  /** d */
  readonly dimension?: number | undefined;
  /** n */
  readonly contextLength?: number | undefined;
  /** σ² */
  readonly noiseVariance?: number | undefined;
}

/** One law on which a layer is trained and held against the theory. */
export interface Trial {
  /** Names the trial, its claims and its random numbers: `"thm1"`, `"thm3/tanh"`. */
  readonly id: string;
  /** One line for the reader of the report. */
  readonly title: string;
  readonly law: PromptLaw;
  /** The preconditioner that the theorem predicts; the general optimum from the law's moments where it is left out. */
  readonly prediction?: ClosedForm<Matrix>;
  /** The unit in which the predicted step is one number: Γ = ηI, Γ = ηΣ⁻¹, or neither. */
  readonly stepUnit: "identity" | "inverse-covariance" | "none";
}

/** A theorem made checkable: the laws of its hypotheses, and what it predicts on them. */
export interface Experiment {
  readonly id: string;
  readonly title: string;
  readonly source: { readonly key: string; readonly locator: string };
  /** What the theorem says, in a sentence. */
  readonly statement: string;
  trials(settings: ExperimentSettings): readonly Trial[];
}

/** Declares an experiment. It is a value: the catalogue lists it, the CLI and the site run it. */
export function defineExperiment(experiment: Experiment): Experiment {
  return experiment;
}
