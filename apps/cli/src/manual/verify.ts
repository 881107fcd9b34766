import { buildCommand, type Command } from "@stricli/core";
import type { VerifyFlags } from "../commands/verify.ts";
import type { CliContext } from "../context.ts";
import { backendNames } from "../options/backend-names.ts";
import { optionalFlag, seedFlag } from "../options/flags.ts";
import { partFlags, sizeFlags } from "../options/law-flags.ts";
import { parseNumber } from "../options/numbers.ts";
import { dryRunFlag, jsonFlag, quietTables } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep verify --help` reads aloud. */
export const verify: Command<CliContext> = buildCommand<VerifyFlags, string[], CliContext>({
  loader: () => import("../commands/verify.ts"),
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: "Experiments or trials; all of them when left out",
        parse: String,
        placeholder: "experiment",
        proposeCompletions: async () =>
          (await import("@onestep/lab")).experiments.flatMap((experiment) => [
            experiment.id,
            ...experiment.trials({}).map(({ id }) => id),
          ]),
      },
    },
    flags: {
      law: optionalFlag(String, "file", "A law file of your own instead of the experiments; - reads standard input"),
      ...partFlags,
      ...sizeFlags,
      noiseVariance: optionalFlag(parseNumber, "σ²", "σ², the variance of the response noise"),
      seed: seedFlag("numbers"),
      steps: optionalFlag(parseNumber, "N", "Training steps instead of the planned number"),
      backend: { kind: "enum", values: backendNames, brief: "What the training runs on", default: "float64" },
      dryRun: dryRunFlag,
      json: jsonFlag,
      quiet: quietTables,
    },
  },
  docs: {
    brief: briefs.verify,
    fullDescription: [
      "Trains linear self-attention from random parameters on freshly sampled prompts and holds what it learned against",
      "the closed form: the step, its off-diagonal, what leaks outside it, and the loss.",
      "",
      "Exit code: 0 supported, 1 contradicted, 2 usage, 3 refused (domain, shape, …), 4 undecided, 130 interrupted.",
    ].join("\n"),
    customUsage: [
      { input: "", brief: "all experiments, about half a minute" },
      { input: "thm1 --dimension 8 --context 30 --seed 7", brief: "Theorem 1 at another size" },
      { input: "thm3/tanh --json", brief: "one trial, for a program to read" },
      { input: "--law law.json", brief: "your own law against the general optimum" },
      { input: "--covariates laplace --context 10 --dimension 3", brief: "a law of your own without a file" },
    ],
  },
});
