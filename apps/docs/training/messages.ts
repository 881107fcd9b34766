import type { TrainedParameters, TrainingConfigFile, TrainingPoint } from "@onestep/lab";

/** To a worker: begin a run, which ends any other, or let it go on until so many steps are done. */
export type PacedOrder<Config> =
  | { readonly kind: "begin"; readonly run: number; readonly config: Config }
  | { readonly kind: "goOn"; readonly run: number; readonly until: number };

/** From a worker: what is known after a step. It is sent with the `run` that it belongs to. */
export interface PacedReport {
  readonly step: number;
}

/** To the worker that trains. */
export type Order = PacedOrder<TrainingConfigFile>;

/** From the worker that trains: where a run is after a step. */
export interface Progress extends PacedReport {
  readonly run: number;
  /** Of this run. */
  readonly steps: number;
  /** The batch loss of the step. */
  readonly batchLoss: number;
  /** Γ of one layer, row by row */
  readonly preconditioner?: readonly (readonly number[])[];
  /** What is known of the model on the steps that are recorded. */
  readonly point?: TrainingPoint;
  /** The weights, on the steps that are recorded and where a run rests. */
  readonly parameters?: TrainedParameters;
}

/** From the worker: why a run ended before its end. */
export interface Failure {
  readonly run: number;
  readonly failure: string;
}
