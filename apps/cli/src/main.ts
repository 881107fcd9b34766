import { ExitCode, run } from "@stricli/core";
import { applicationFor } from "./cli.ts";
import type { Terminal } from "./context.ts";
import { exitCodes } from "./exit-codes.ts";

/**
 * Runs one command line. Mistakes that the argument scanner finds become usage errors like our own: one message, exit
 * code 2, and a JSON document where `--json` was asked for.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<void> {
  let complaint = "";
  const scanner = {
    stdout: terminal.stdout,
    stderr: { write: (text: string) => (complaint += text) },
    exitCode: null as number | string | null,
  };
  await run(await applicationFor(args[0]), args, {
    process: scanner,
    forCommand: () => ({ process: scanner, terminal }),
  });
  const scanned = Number(scanner.exitCode ?? 0);
  const isUsage = scanned === ExitCode.InvalidArgument || scanned === ExitCode.UnknownCommand;
  if (complaint !== "") terminal.stderr.write(isUsage ? `onestep: ${complaint.trim()}\n` : complaint);
  if (scanned === 0) return;
  terminal.exitCode = isUsage ? exitCodes.usage : exitCodes.internal;
  if (isUsage && args.includes("--json")) {
    const hint = "onestep --help lists the commands, onestep verify --help the flags of one";
    terminal.stdout.write(
      `${JSON.stringify({ error: { code: "usage", where: args[0] ?? "onestep", message: complaint.trim(), hint } })}\n`,
    );
  }
}
