import { buildCommand, type Command } from "@stricli/core";
import type { IdentifyFlags } from "../commands/identify.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag, seedFlag } from "../options/flags.ts";
import { partFlags, sizeFlags } from "../options/law-flags.ts";
import { parseCount, parseNumber } from "../options/numbers.ts";
import { briefs } from "./briefs.ts";
import { jsonFlag, lawFlag, modelFlags, quietTables } from "./shared-flags.ts";

/** What `onestep identify --help` reads aloud. */
export const identify: Command<CliContext> = buildCommand<IdentifyFlags, [], CliContext>({
  loader: () => import("../commands/identify.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      ...modelFlags,
      predictions: optionalFlag(
        String,
        "file",
        "What another model predicts: CSV with the header prompt,role,x1,…,xd,y,prediction",
      ),
      law: lawFlag,
      ...partFlags,
      ...sizeFlags,
      prompt: optionalFlag(String, "file", "Explain the first prompt of a CSV instead, pair by pair"),
      draws: optionalFlag(parseCount, "N", "Prompts to draw, half to fit and half to measure; 4000 when left out"),
      steps: optionalFlag(
        parseCount,
        "K",
        "Try iterative algorithms of up to K steps; 3 when left out, or a model's depth",
      ),
      tolerance: {
        kind: "parsed",
        parse: parseNumber,
        brief: "A residual that counts as none, as a share of the size of the predictions",
        placeholder: "share",
        default: "0.01",
      },
      seed: seedFlag("prompts"),
      json: jsonFlag,
      quiet: quietTables,
    },
  },
  docs: {
    brief: briefs.identify,
    fullDescription: [
      "Holds a trained model, imported weights, or the predictions of any model against zero, gradient descent of one or",
      "more steps, one preconditioned step, GD++, ridge regression, Newton's method and, where tasks come from a pool, the",
      "posterior mean over it. Of each family it finds the member nearest to the model, with 95 % intervals of its numbers,",
      "and the residual √(E(ŷ − ŷ_algorithm)²/E ŷ²). The verdict is the simplest algorithm that is not farther from the model",
      "than the nearest one: the one with the fewest numbers to choose. Rates a are in units of S/n, η of a single step in",
      "those of S = XᵀX; where Σ is not a multiple of I, all is tried in white coordinates Σ^{−1/2}x too.",
      "",
      "With --json: { algorithms: [{ name, algorithm, steps, coordinates, parameters: [{ name, value, standardError, lower,",
      "upper }], preconditioner, numbers, residual: { value, standardError }, isFarther }], nearest, isWithinTolerance,",
      "leakage: { value, standardError } | null, size, tolerance, prompts }; with --prompt: { prediction, odd, even,",
      "interaction, contributions: [{ response, similarity, contribution }] }. Leakage is √(E f_even²/E f_odd²), and",
      "contributions are y_i x_qᵀ Γ x_i for one layer.",
      "",
      "Exit code: 0 whatever the verdict, 2 usage, 3 refused (domain, shape, …).",
    ].join("\n"),
    customUsage: [
      { input: "--run run", brief: "which algorithm has onestep train found?" },
      { input: "--run run --prompt prompts.csv", brief: "how it comes to one prediction" },
      {
        input: "--weights run/weights.npz --law law.json --json",
        brief: "weights of your own, for a program to read",
      },
      { input: "--predictions predictions.csv", brief: "any other model, by what it predicts" },
    ],
  },
});
