import type { LsaParameters, Matrix } from "@onestep/core";
import type { PretrainingSnapshot } from "./snapshot.ts";

/** A run after some step. */
export interface PretrainingState<P = LsaParameters<Matrix>> {
  /** Steps done. */
  readonly step: number;
  /**
   * The batch loss of the last step, on prompts that the parameters had not seen. A run that diverges in its first step
   * has the loss of that step, infinite where it overflowed.
   */
  readonly loss: number;
  /** The model as trained so far: the average over the tail once that has begun, the current position before. */
  readonly parameters: P;
  /** Averages over the completed equal blocks of the tail: their spread shows the sampling error of `parameters`. */
  readonly blocks: readonly P[];
  /** `"stopped"` by the plan's own predicate; `"diverged"` carries the last finite parameters. */
  readonly status: "running" | "finished" | "stopped" | "interrupted" | "diverged";
  /** How the model's loss is computed, where the model says so. */
  readonly path?: string;
  /** Whether the plan asks to keep this state; the last one always. */
  readonly isCheckpoint: boolean;
  /** All that the run remembers, for `resume`. */
  readonly snapshot: PretrainingSnapshot;
}
