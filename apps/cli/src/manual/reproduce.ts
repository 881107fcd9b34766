import { buildCommand, type Command } from "@stricli/core";
import type { ReproduceFlags } from "../commands/reproduce.ts";
import type { CliContext } from "../context.ts";
import { optionalFlag, seedFlag, switchFlag } from "../options/flags.ts";
import { dryRunFlag, jsonFlag, quietTables } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep reproduce --help` reads aloud. */
export const reproduce: Command<CliContext> = buildCommand<ReproduceFlags, string[], CliContext>({
  loader: () => import("../commands/reproduce.ts"),
  parameters: {
    positional: {
      kind: "array",
      parameter: {
        brief: "Recipes, or all; all when left out",
        parse: String,
        placeholder: "recipe",
        proposeCompletions: async () => ["all", ...(await import("@onestep/lab")).recipes.map(({ id }) => id)],
      },
    },
    flags: {
      scale: {
        kind: "enum",
        values: ["ci", "paper"],
        brief: "ci: a minute a recipe at most; paper: as published",
        default: "ci",
      },
      seed: seedFlag("numbers"),
      out: optionalFlag(
        String,
        "folder",
        "A folder for the results: report, figures, manifest; what it has already is not run again",
      ),
      force: switchFlag("Run again what the folder has already, and replace another run's results"),
      defect: optionalFlag(String, "name", "Make one of the recipe's mistakes on purpose, to see its verdict turn"),
      dryRun: dryRunFlag,
      json: jsonFlag,
      quiet: quietTables,
    },
  },
  docs: {
    brief: briefs.reproduce,
    fullDescription: [
      "Runs recipes: each makes the claims of a published result again, with exact targets, and draws its figure.",
      "onestep list recipes says which there are, and which mistakes each can make on purpose.",
      "",
      "Exit code: 0 supported, 1 contradicted, 2 usage, 3 refused (domain, shape, …), 4 undecided, 130 interrupted.",
    ].join("\n"),
    customUsage: [
      { input: "thm1-isotropic", brief: "one recipe" },
      { input: "all --out results", brief: "every recipe, with figures and a report that opens offline" },
      { input: "ahn-depth --scale paper --seed 1", brief: "at the sizes of the paper" },
      { input: "thm1-isotropic --defect one-example-fewer", brief: "a mistake made on purpose: contradicted" },
    ],
  },
});
