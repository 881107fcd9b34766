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
          brief: "experiments, recipes, laws or quantities; all when left out",
          parse: String,
          placeholder: "shelf",
          optional: true,
          proposeCompletions: () => ["experiments", "recipes", "laws", "quantities"],
        },
      ],
    },
    flags: { json: jsonFlag },
  },
  docs: {
    brief: briefs.list,
    customUsage: [{ input: "laws --json", brief: "every law that a law file can name" }],
  },
});
