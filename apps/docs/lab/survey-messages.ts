import type { TrainedParameters, TrainingConfig } from "@onestep/lab";

import type { Identified } from "./identified.ts";
import type { LabTheory } from "./lab-theory.ts";

/** To the worker: what theory knows of a config, or which algorithm some weights are. */
export type Question =
  | { readonly kind: "theory"; readonly id: number; readonly config: TrainingConfig }
  | {
      readonly kind: "identify";
      readonly id: number;
      readonly config: TrainingConfig;
      readonly parameters: TrainedParameters;
      readonly step: number;
      readonly draws: number;
    };

/** From the worker; theory comes in parts, and `done` says that a question has no more answers. */
export interface Answer {
  readonly id: number;
  readonly theory?: LabTheory;
  readonly identified?: Identified;
  /** Why there is no answer. */
  readonly failure?: string;
  readonly done?: true;
}
