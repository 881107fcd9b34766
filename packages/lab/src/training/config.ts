import type { JsonObject } from "@onestep/data";
import type { BackendName, FamilyName, OptimizerName, TrainingMethod } from "./config-fields.ts";

/** One training, with nothing left to guess: plain JSON that repeats it, number for number. */
export interface TrainingConfig {
  /** The law file, every default written out. */
  readonly law: JsonObject;
  readonly model: { readonly layers: number; readonly family: FamilyName; readonly heads: number };
  readonly training: {
    readonly method: TrainingMethod;
    readonly steps: number;
    /** Prompts a step; left out where the loss is exact. */
    readonly batch?: number;
    readonly optimizer: OptimizerName;
    readonly learningRate: number;
    readonly starts: number;
  };
  readonly backend: BackendName;
  readonly seed: number;
}

/** What a config file may say: its law, and of the rest as much as it likes. `checkTrainingConfig` fills in the others. */
export interface TrainingConfigFile {
  readonly law: JsonObject;
  readonly model?: Partial<TrainingConfig["model"]>;
  readonly training?: Partial<TrainingConfig["training"]>;
  readonly backend?: BackendName;
  readonly seed?: number;
}

/** Whether the model is one layer of one head with all weights free: what the theorems of 2307.03576 speak about. */
export function isOneFullHead({ layers, family, heads }: TrainingConfig["model"]): boolean {
  return layers === 1 && family === "full" && heads === 1;
}
