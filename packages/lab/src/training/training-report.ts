import type { PretrainingSnapshot } from "@onestep/model";
import type { KnownOptimum } from "./known-optimum.ts";
import type { TrainingConfig } from "./config.ts";

/** A recorded step of a training. */
export interface TrainingPoint {
  /** Steps done. */
  readonly step: number;
  /** The batch loss of that step, on prompts that were new to the model; the loss itself where training is exact. */
  readonly loss: number;
  /** The pre-training loss of the model at that step, its tail averaged, where it is known exactly. */
  readonly exactLoss?: number;
  /** ‖Γ − Γ*‖_F / ‖Γ*‖_F, where the model is one layer and Γ* ≠ 0 is known. */
  readonly distance?: number;
  /** tr Γ / d of one layer. */
  readonly stepSize?: number;
}

/** A training at rest: plain data that `encodeCheckpoint` stores bit by bit. */
export interface TrainingSnapshot {
  readonly config: TrainingConfig;
  readonly pretraining: PretrainingSnapshot;
  readonly trainingLoss: readonly TrainingPoint[];
}

/** Rows of a matrix. */
type Rows = readonly (readonly number[])[];

/** The weights of a trained model: those of one layer of one head, or of a transformer, `[L][H]` matrices. */
export type TrainedParameters =
  | { readonly keyQuery: Rows; readonly valueProjection: readonly number[] }
  | {
      readonly P: readonly (readonly Rows[])[];
      readonly Q: readonly (readonly Rows[])[];
      /** False for plain sums. */
      readonly dividesByLength: boolean;
    };

/** What a training came to: plain JSON, the same for the same config. */
export interface TrainingReport {
  /** As completed: it repeats the training. */
  readonly config: TrainingConfig;
  /** `"diverged"` reports the last finite parameters, `"interrupted"` those that it had. */
  readonly status: "finished" | "diverged" | "interrupted";
  /** Steps done. */
  readonly steps: number;
  /** Which of the backend's ways ran, where it has several: `"wasm-f64 two-column"`. */
  readonly path?: string;
  readonly trainingLoss: readonly TrainingPoint[];
  /** The pre-training loss of the trained model; null where it was interrupted, or diverged so far that it overflows. */
  readonly loss: number | null;
  /** Of `loss`; 0 where the law's own loss is known. */
  readonly standardError: number | null;
  /** The loss of the best model of the family, and its passport; absent where no theory speaks of it. */
  readonly optimalLoss?: number;
  readonly optimum?: Omit<KnownOptimum, "loss" | "preconditioner" | "transformer"> & { readonly preconditioner?: Rows };
  /** `loss − optimalLoss`, with the same standard error. */
  readonly excessLoss?: number;
  /** As in a point, of the trained model. */
  readonly distance?: number;
  readonly stepSize?: number;
  /** Γ of one layer. */
  readonly preconditioner?: Rows;
  readonly parameters: TrainedParameters;
}
