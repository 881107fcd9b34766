import { OnestepError } from "@onestep/core";
import { UnknownNameError } from "@onestep/data";
import type { CliContext } from "./context.ts";
import { RelayedError, type ErrorReport } from "./errors.ts";
import { exitCodeOfError } from "./exit-code.ts";

/** What every command shares: its result becomes an exit code, its errors one message, with `--json` also a document. */
export async function settle(
  context: CliContext,
  { json }: { readonly json: boolean },
  body: () => Promise<number>,
): Promise<void> {
  const { terminal } = context;
  try {
    terminal.exitCode = await body();
  } catch (error) {
    terminal.exitCode = exitCodeOfError(error);
    const report = describeError(error);
    terminal.stderr.write(`onestep: ${report.message}\n`);
    if (json) terminal.stdout.write(`${JSON.stringify({ error: report })}\n`);
  }
}

/** An error in the words of the output contract. */
export function describeError(error: unknown): ErrorReport {
  if (error instanceof RelayedError) return error.report;
  if (error instanceof OnestepError) {
    const code = error instanceof UnknownNameError ? "usage" : error.code; // what is wrong is what the user wrote
    return { code, where: error.where, message: error.message, hint: error.hint };
  }
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "internal",
    where: "onestep",
    message: `internal error: ${message}`,
    hint: "this is a defect of onestep: please report it with the command that showed it",
  };
}
