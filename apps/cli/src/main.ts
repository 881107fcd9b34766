import { ExitCode, run } from "@stricli/core";
import { applicationFor } from "./cli.ts";
import type { Terminal } from "./context.ts";
import type { ErrorReport } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";
import { briefs } from "./manual/briefs.ts";

/**
 * Runs one command line. Mistakes that the argument scanner finds become usage errors like our own: one message, exit
 * code 2, and a JSON document where `--json` was asked for.
 */
export async function main(args: readonly string[], terminal: Terminal): Promise<void> {
  const [command = "onestep", ...rest] = args;
  const asked = command === "help" ? [...rest, "--help"] : args;
  let complaint = "";
  const scanner = {
    stdout: terminal.stdout,
    stderr: { write: (text: string) => (complaint += text) },
    exitCode: null as number | string | null,
  };
  await run(await applicationFor(asked[0]), asked, {
    process: scanner,
    forCommand: () => ({ process: scanner, terminal }),
  });
  const scanned = Number(scanner.exitCode ?? 0);
  if (scanned === 0) return;
  const isUsage = scanned === ExitCode.InvalidArgument || scanned === ExitCode.UnknownCommand;
  terminal.exitCode = isUsage ? exitCodes.usage : exitCodes.internal;
  const error = isUsage ? usageError(command, complaint) : internalError(command, complaint);
  terminal.stderr.write(`onestep: ${error.message}\n`);
  if (args.includes("--json") || args.includes("--jsonl")) terminal.stdout.write(`${JSON.stringify({ error })}\n`);
}

/** What the scanner says of every flag that is wrong, in one line. */
function usageError(command: string, complaint: string): ErrorReport {
  const hint = Object.hasOwn(briefs, command)
    ? `onestep ${command} --help says what it takes`
    : "onestep --help lists the commands";
  const said = complaint.trim().split("\n").join("; ");
  return { code: "usage", where: command, message: `${said}${/[?.]$/.test(said) ? "" : "."} Try: ${hint}`, hint };
}

/** A command that cannot even be loaded, without where in our files that was. */
function internalError(command: string, complaint: string): ErrorReport {
  const hint = "this is a defect of onestep, or of its installation: please report it with the command that showed it";
  const [said] = complaint.trim().split(/\n\s+at /);
  return { code: "internal", where: command, message: said.replace(/\s*\n\s*/g, " "), hint };
}
