import type { TrainingConfigFile } from "@onestep/lab";

/** To the worker: begin a run, which ends any other, or let it go on until so many steps are done. */
export type Order =
  | { readonly kind: "begin"; readonly run: number; readonly config: TrainingConfigFile }
  | { readonly kind: "goOn"; readonly run: number; readonly until: number };

/** From the worker: where a run is after a step. */
export interface Progress {
  readonly run: number;
  readonly step: number;
  /** Γ, row by row */
  readonly preconditioner: readonly (readonly number[])[];
  /** The pre-training loss of the layer, on the steps that are recorded. */
  readonly exactLoss?: number;
}
