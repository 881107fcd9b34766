import { buildCommand, type Command } from "@stricli/core";
import type { CliContext } from "../context.ts";
import { briefs } from "./briefs.ts";

/** The command that shells ask on Tab; no help lists it. */
export const complete: Command<CliContext> = buildCommand<Record<string, never>, string[], CliContext>({
  loader: () => import("../commands/complete.ts"),
  parameters: {
    positional: {
      kind: "array",
      parameter: { brief: "The words so far, the last one unfinished", parse: String, placeholder: "word" },
    },
    flags: {},
  },
  docs: { brief: briefs.complete },
});
