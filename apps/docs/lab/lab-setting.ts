import { DomainError } from "@onestep/core";
import { lawFileOfFlags, type JsonObject } from "@onestep/data";
import { checkTrainingConfig, type TrainingConfig, type TrainingConfigFile } from "@onestep/lab";

/** What the laboratory is set to, and the step at which its training rests. */
export interface LabSetting {
  /** What is chosen; what is left out is planned by `wholeConfig`. */
  readonly config: TrainingConfigFile;
  readonly step: number;
}

/** The law of Theorem 1. */
export const DEFAULT_LAW: JsonObject = lawFileOfFlags({ context: 20, dimension: 5 });

export const DEFAULT_SETTING: LabSetting = { config: { law: DEFAULT_LAW }, step: 0 };

/** What is trained where nothing is chosen: as long as a reader waits for. */
const STEPS = 600;
const STARTS = 1;

/** Prompts a step: drawn inside the kernels where the law is Gaussian and linear, sampled row by row elsewhere. */
const BATCH = { drawn: 1536, sampled: 512 };

/** The largest that a page trains and draws while it stays at work; a terminal has room for more. */
const LARGEST = { dimension: 128, layers: 64, heads: 32, steps: 100_000 } as const;

/**
 * Refuses sizes that would freeze the page, before anything of that size is made.
 *
 * @throws DomainError beside the field
 */
export function checkSizes({ law, model, training }: Partial<TrainingConfigFile>): void {
  const sizes = [
    ["law.dimension", law?.["dimension"], LARGEST.dimension],
    ["config.model.layers", model?.layers, LARGEST.layers],
    ["config.model.heads", model?.heads, LARGEST.heads],
    ["config.training.steps", training?.steps, LARGEST.steps],
  ] as const;
  for (const [where, arrived, largest] of sizes) {
    if (typeof arrived !== "number" || !(arrived > largest)) continue;
    throw new DomainError({
      where,
      expected: `at most ${largest} on a page`,
      arrived: String(arrived),
      hint: "train it in a terminal: npm start -- train --help",
    });
  }
}

/**
 * The config that a choice means, with nothing left open: as much in closed form as its law and model allow, and a run
 * of some seconds.
 *
 * @throws as `checkTrainingConfig`, in its words, and as `checkSizes`
 */
export function wholeConfig(config: TrainingConfigFile): TrainingConfig {
  checkSizes(config);
  const { law, model, training, ...others } = config;
  const whole = (method: TrainingConfig["training"]["method"], batch: number): TrainingConfig =>
    checkTrainingConfig(
      {
        law,
        ...(model === undefined ? {} : { model }),
        training: { steps: STEPS, batch, starts: STARTS, method, ...training },
        ...others,
      },
      "config",
    );
  const sampled = whole("sampled", BATCH.sampled);
  return attempt(() => whole("rao-blackwell", BATCH.drawn)) ?? sampled;
}

/** The same config in as few words as a command line needs: what is planned here is said there. */
export function spokenConfig(config: TrainingConfigFile, whole: TrainingConfig): TrainingConfigFile {
  const { method, steps, batch, starts } = whole.training;
  return {
    ...config,
    training: { method, steps, ...(batch === undefined ? {} : { batch }), starts, ...config.training },
  };
}

/** Undefined where the library refuses. */
export function attempt<T>(compute: () => T): T | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
