import { promptsToCsv } from "@onestep/data";
import {
  arraysOfParameters,
  checkTrainingConfig,
  exportedPrompts,
  figureCsv,
  figureSvg,
  trainingFigures,
  type Figure,
  type TrainedParameters,
  type TrainingConfigFile,
  type TrainingPoint,
  type TrainingTrace,
} from "@onestep/lab";
import { writeNpz, writeSafetensors } from "@onestep/model";

import { configText } from "./command.ts";

/** A file that a reader takes home. */
export interface TakenFile {
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array;
}

/** What is known of a training. */
export interface Taken {
  readonly config: TrainingConfigFile;
  /** The recorded steps. */
  readonly points: readonly TrainingPoint[];
  /** The weights at rest. */
  readonly parameters?: TrainedParameters | undefined;
  /** What theory says of the law, where it speaks of it. */
  readonly optimum?: ({ readonly loss: number } & NonNullable<TrainingTrace["optimum"]>) | undefined;
}

/** `gaussian-linear-n20-d5-seed0`: what a file is about, in its name. */
export function nameOf({ law, seed = 0 }: TrainingConfigFile): string {
  const lawOf = (part: unknown): string => (part as { law?: string } | undefined)?.law ?? "";
  const { contextLength, dimension } = law;
  const size = typeof contextLength === "number" ? `n${contextLength}` : "n-random";
  const space = typeof dimension === "number" ? [`d${dimension}`] : [];
  return [lawOf(law["covariates"]), lawOf(law["target"]), size, ...space, `seed${seed}`].join("-");
}

/** The config, which `onestep train --config` reads. */
export function configFile({ config }: Taken): TakenFile {
  return json(`${nameOf(config)}.json`, configText(config));
}

/** The law, which `--law` of any command reads. */
export function lawFile({ config }: Taken): TakenFile {
  return json(`${nameOf(config)}-law.json`, `${JSON.stringify(config.law, null, 2)}\n`);
}

/** The weights, byte by byte as `onestep export` writes them. */
export function weightsFile({ config }: Taken, parameters: TrainedParameters, to: "npz" | "safetensors"): TakenFile {
  const arrays = arraysOfParameters(parameters);
  return {
    name: `${nameOf(config)}.${to}`,
    type: "application/octet-stream",
    content: to === "npz" ? writeNpz(arrays) : writeSafetensors(arrays),
  };
}

/** Prompts of the law, byte by byte as `onestep export --to csv` writes them; `check-law --prompts` reads them. */
export function promptsFile({ config }: Taken, count: number): TakenFile {
  const prompts = exportedPrompts({ law: config.law, seed: config.seed ?? 0 }, count);
  return { name: `${nameOf(config)}-${count}-prompts.csv`, type: "text/csv", content: promptsToCsv(prompts) };
}

/** The figures of a training so far, by name; none before its first step. */
export function figuresOf({ config, points, optimum }: Taken): Readonly<Record<string, Figure>> {
  if (points.length === 0) return {};
  return trainingFigures({
    config: checkTrainingConfig(config, "config"),
    trainingLoss: points,
    ...(optimum === undefined ? {} : { optimalLoss: optimum.loss, optimum: { attains: optimum.attains } }),
  });
}

/** A figure, drawn or as its numbers. */
export function figureFile({ config }: Taken, name: string, figure: Figure, to: "svg" | "csv"): TakenFile {
  return {
    name: `${nameOf(config)}-${name}.${to}`,
    type: to === "svg" ? "image/svg+xml" : "text/csv",
    content: to === "svg" ? figureSvg(figure) : figureCsv(figure),
  };
}

function json(name: string, content: string): TakenFile {
  return { name, type: "application/json", content };
}
