import type { BackendName, TrainedParameters, TrainingPoint, TrainingReport } from "@onestep/lab";

/** To a worker: begin a run, which ends any other, or let it go on until so many steps are done. */
export type PacedOrder<Config> =
  | { readonly kind: "begin"; readonly run: number; readonly config: Config }
  | { readonly kind: "goOn"; readonly run: number; readonly until: number };

/** A message from a worker, sent with the run that it belongs to. */
export type OfRun<Message> = Message & { readonly run: number };

/** From a worker: what is known after a step. */
export interface PacedReport {
  readonly step: number;
}

/** From a worker: why a run ended before its end. */
export interface Failure {
  readonly failure: string;
}

/** From the worker that trains: where a run is after a step. */
export interface Progress extends PacedReport {
  /** Of this run. */
  readonly steps: number;
  /** The distance from Γ* that sampling leaves a run of this config, as root mean square; on its first step. */
  readonly plannedDistance?: number;
  /** The batch loss of the step. */
  readonly batchLoss: number;
  /** Γ of one layer, row by row */
  readonly preconditioner?: readonly (readonly number[])[];
  /** What is known of the model on the steps that are recorded. */
  readonly point?: TrainingPoint;
  /** The weights, on the steps that are recorded and where a run rests. */
  readonly parameters?: TrainedParameters;
}

/** From the worker that trains: what a run came to. */
export interface Outcome {
  readonly report: TrainingReport;
}

/** From the worker that trains: a backend is missing here, and our kernels train in its place. */
export interface Remark {
  readonly missing: BackendName;
  /** Why it is missing. */
  readonly remark: string;
}
