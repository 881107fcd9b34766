import { buildCommand, type Command } from "@stricli/core";
import type { ListFlags } from "../commands/list.ts";
import type { CliContext } from "../context.ts";
import { jsonFlag } from "./shared-flags.ts";
import { briefs } from "./briefs.ts";

/** What `onestep list --help` reads aloud. */
export const list: Command<CliContext> = buildCommand<ListFlags, [string?], CliContext>({
  loader: () => import("../commands/list.ts"),
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        {
          brief: "experiments, recipes, laws, quantities, config or sweep; all when left out",
          parse: String,
          placeholder: "shelf",
          optional: true,
          proposeCompletions: () => ["experiments", "recipes", "laws", "quantities", "config", "sweep"],
        },
      ],
    },
    flags: { json: jsonFlag },
  },
  docs: {
    brief: briefs.list,
    customUsage: [
      { input: "recipes", brief: "the published results that reproduce makes again" },
      { input: "laws --json", brief: "every law that a law file can name" },
      {
        input: "config --json",
        brief: "the JSON Schema of a training config, for an editor; sweep has that of a sweep file",
      },
    ],
  },
});
