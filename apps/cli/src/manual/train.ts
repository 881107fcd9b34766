import { buildCommand, type Command } from "@stricli/core";
import type { TrainFlags } from "../commands/train.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag, switchFlag, type OptionalFlag } from "../options/flags.ts";
import { partFlags, sizeFlags } from "../options/law-flags.ts";
import { parseCount, parseNumber } from "../options/numbers.ts";
import { briefs } from "./briefs.ts";
import { dryRunFlag, jsonFlag, lawFlag, quietTables } from "./shared-flags.ts";

/** A flag for one of the names that the laboratory knows; it is loaded to complete them, and to refuse others. */
function nameFlag(
  names: "familyNames" | "trainingMethods" | "optimizerNames" | "backendNames",
  brief: string,
): OptionalFlag<string> & { readonly proposeCompletions: () => Promise<readonly string[]> } {
  return {
    ...optionalFlag(String, "name", brief),
    proposeCompletions: async () => (await import("@onestep/lab"))[names],
  };
}

/** What `onestep train --help` reads aloud. */
export const train: Command<CliContext> = buildCommand<TrainFlags, [], CliContext>({
  loader: () => import("../commands/train.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      config: optionalFlag(
        String,
        "file",
        "A training config: .json, .yaml or .ts, or - for JSON on standard input; flags win over it",
      ),
      set: {
        ...optionalFlag(String, "a.b=c", "A value of the config by its path: training.steps=500; wins over flags"),
        variadic: true as const,
      },
      law: lawFlag,
      ...partFlags,
      ...sizeFlags,
      layers: optionalFlag(parseNumber, "L", "Layers; 1 when left out"),
      family: nameFlag("familyNames", "What is free: full, sparse, tied or gd-plus-plus"),
      heads: optionalFlag(parseNumber, "H", "Heads a layer, in the full family"),
      method: nameFlag("trainingMethods", "sampled, rao-blackwell or exact"),
      steps: optionalFlag(parseNumber, "N", "Training steps; planned from the law when left out"),
      batch: optionalFlag(parseNumber, "B", "Prompts a step; planned from the law when left out"),
      optimizer: nameFlag("optimizerNames", "adam, adam-w or gradient-descent"),
      learningRate: optionalFlag(parseNumber, "α", "The learning rate that the run begins with"),
      starts: optionalFlag(parseNumber, "K", "Random starts that race over the first steps"),
      backend: nameFlag("backendNames", "wasm, wasm-f32, float64, tfjs:cpu, tfjs:wasm or tfjs-node"),
      seed: optionalFlag(parseNumber, "N", "The same seed gives the same numbers; 0 when left out"),
      out: optionalFlag(String, "folder", "A folder for weights, metrics, checkpoints, figures and report"),
      resume: switchFlag("Go on from the newest checkpoint in the folder, as if nothing had happened"),
      force: switchFlag("Replace what the folder has"),
      checkpointEvery: optionalFlag(parseCount, "N", "A checkpoint every N steps; every 5 seconds when left out"),
      dryRun: dryRunFlag,
      json: jsonFlag,
      quiet: quietTables,
    },
  },
  docs: {
    brief: briefs.train,
    fullDescription: [
      "Trains linear attention of any depth on prompts of a law, and says how far its loss, and the step of a single",
      "layer, are from what theory proves to be the best. Everything that repeats the run is in one config; what it leaves",
      "open is planned from the law, and --dry-run prints it whole. onestep list config explains its fields;",
      "with --json it is their JSON Schema, which a config may name as its $schema.",
      "",
      "  { law: { contextLength: 20, … }, model: { layers: 1, family: full }, training: { steps: 2000 }, backend: wasm, seed: 0 }",
      "",
      "With --out the folder gets metrics (JSONL and TensorBoard), checkpoints, weights (npz and safetensors), figures and a",
      "report. A run that was stopped, or killed, goes on with --resume to the same bytes.",
      "",
      "Exit code: 0 finished, 2 usage, 3 refused or diverged, 130 interrupted (checkpoint written).",
    ].join("\n"),
    customUsage: [
      { input: "--context 20 --dimension 5 --noise gaussian:variance=0.25", brief: "one layer, as its law needs" },
      { input: "--law law.json --out run --steps 500", brief: "with a folder for all that comes of it" },
      { input: "--config config.yaml --set seed=1 --out run", brief: "a config from a file, with another seed" },
      { input: "--out run --resume", brief: "go on with a run that was stopped" },
      {
        input: "--context 20 --dimension 5 --layers 2 --family sparse --steps 300 --json",
        brief: "two layers, for a program to read",
      },
      {
        input: "--law law.json --method exact --set training.learningRate=0.01 --dry-run",
        brief: "the whole config of a run, and nothing more",
      },
    ],
  },
});
