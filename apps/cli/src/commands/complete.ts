import { proposeCompletions } from "@stricli/core";
import { applicationFor } from "../cli.ts";
import type { CliContext } from "../context.ts";

/** `onestep complete`: what could stand at the end of these words, a line each. */
export default async function complete(
  this: CliContext,
  _flags: Record<string, never>,
  ...words: readonly string[]
): Promise<void> {
  const application = await applicationFor(words[0]);
  const proposals = await proposeCompletions(application, words.length === 0 ? [""] : words, {
    process: this.process,
    forCommand: () => this,
  });
  const partial = words.at(-1) ?? "";
  for (const { completion, brief } of proposals) {
    // Flags are many: they are proposed once a dash asks for them.
    const isAsked = completion.startsWith(partial) && completion.startsWith("-") === partial.startsWith("-");
    if (isAsked) this.terminal.stdout.write(`${completion}\t${brief}\n`);
  }
}
