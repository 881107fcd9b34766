import { buildCommand, type Command } from "@stricli/core";
import type { CheckLawFlags } from "../commands/check-law.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag, seedFlag, switchFlag } from "../options/flags.ts";
import { partFlags, sizeFlags } from "../options/law-flags.ts";
import { parseNumber } from "../options/numbers.ts";
import { jsonFlag, lawFlag } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep check-law --help` reads aloud. */
export const checkLaw: Command<CliContext> = buildCommand<CheckLawFlags, [], CliContext>({
  loader: () => import("../commands/check-law.ts"),
  parameters: {
    positional: { kind: "tuple", parameters: [] },
    flags: {
      law: lawFlag,
      prompts: optionalFlag(
        String,
        "file",
        "Prompts of an unknown law: CSV with the header prompt,role,x1,…,xd,y; - reads standard input",
      ),
      ...partFlags,
      ...sizeFlags,
      draws: optionalFlag(
        parseNumber,
        "N",
        "Prompts to draw from a law; default 4000, and more where they do not decide",
      ),
      seed: seedFlag("numbers"),
      json: jsonFlag,
      quiet: switchFlag("No progress"),
    },
  },
  docs: {
    brief: briefs["check-law"],
    fullDescription: [
      "Says which form the optimum of one layer has: one step (Γ* = ηI), one preconditioned step (Γ* = ηΣ⁻¹), or another.",
      "Exactly, where the law proves it; approximately, where its prompts show that the form costs at most one percent",
      "of the least loss; or not. Prompts alone need some thousands to decide; where there are too few, the conclusion is",
      "undecided, with about how many would do.",
      "",
      "Exit code: 0 concluded, 2 usage, 3 refused (domain, shape, …), 4 undecided.",
    ].join("\n"),
    customUsage: [
      { input: "--law law.json", brief: "a law from a file" },
      { input: "--covariates laplace --context 10 --dimension 3", brief: "a law without a file" },
      { input: "--prompts prompts.csv --json", brief: "your own data, for a program to read" },
    ],
  },
});
