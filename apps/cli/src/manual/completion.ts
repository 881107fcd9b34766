import { buildCommand, type Command } from "@stricli/core";
import { shells, type Shell } from "../completion/shells.ts";
import type { CliContext } from "../context.ts";
import { briefs } from "./briefs.ts";

/** What `onestep completion --help` reads aloud. */
export const completion: Command<CliContext> = buildCommand<Record<string, never>, [Shell], CliContext>({
  loader: () => import("../commands/completion.ts"),
  parameters: {
    positional: {
      kind: "tuple",
      parameters: [
        { brief: shells.join(", "), parse: parseShell, placeholder: "shell", proposeCompletions: () => shells },
      ],
    },
    flags: {},
  },
  docs: {
    brief: briefs.completion,
    fullDescription: [
      "Prints the lines that teach a shell to complete commands, flags, recipes, experiments and quantities with Tab.",
      "They ask onestep itself, so they stay true when it changes.",
    ].join("\n"),
    customUsage: [
      { input: "bash >> ~/.bashrc", brief: "for bash, 4 or newer" },
      { input: "zsh >> ~/.zshrc", brief: "for zsh" },
      { input: "fish > ~/.config/fish/completions/onestep.fish", brief: "for fish" },
    ],
  },
});

function parseShell(input: string): Shell {
  const shell = shells.find((name) => name === input);
  if (shell === undefined) throw new Error(`"${input}" is none of ${shells.join(", ")}`);
  return shell;
}
