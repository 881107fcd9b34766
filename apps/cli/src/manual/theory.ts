import { quantities } from "@onestep/lab";
import { buildCommand, type Command } from "@stricli/core";
import type { TheoryFlags } from "../commands/theory.ts";
import type { CliContext } from "../context.ts";
import { seedFlag } from "../options/flags.ts";
import { partFlags, sizeFlags } from "../options/law-flags.ts";
import { quantityFlags } from "../options/quantity-options.ts";
import { jsonFlag, lawFlag } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep theory --help` reads aloud. */
export const theory: Command<CliContext> = buildCommand<TheoryFlags, [string], CliContext>({
  loader: () => import("../commands/theory.ts"),
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "What to compute",
          parse: String,
          placeholder: "quantity",
          proposeCompletions: () => quantities.map(({ name }) => name),
        },
      ],
    },
    flags: {
      law: lawFlag,
      ...partFlags,
      ...quantityFlags, // what each quantity takes, as it declares it
      ...sizeFlags,
      seed: seedFlag("estimate"),
      json: jsonFlag,
    },
  },
  docs: {
    brief: briefs.theory,
    fullDescription: [
      "Computes a quantity of a law without training on it. Closed forms are exact; what has none is estimated, with its",
      "standard error. A law outside the hypotheses of a quantity is refused, with what still applies (exit code 3).",
      "",
      ...quantities.map(({ name, summary }) => `  ${name.padEnd(23)} ${summary}`),
    ].join("\n"),
    customUsage: [
      { input: "optimum --law law.json", brief: "the best step on a law, and its loss" },
      {
        input: "optimum --covariates laplace --noise gaussian:variance=0.25 --context 20 --dimension 5",
        brief: "the same without a file",
      },
      { input: "bayes-risk --law law.json --json", brief: "what no learner can beat, for a program to read" },
      { input: "depth --law law.json --layers 3", brief: "three layers, and their best step sizes" },
      { input: "shift --law test.json --preconditioner gamma.json", brief: "a fixed step on another law" },
      { input: "wishart-moments --context 7 --dimension 4 --order 6", brief: "exact integers; no law needed" },
    ],
  },
});
