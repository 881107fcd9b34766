import { OnestepError } from "@onestep/core";
import { UnknownNameError } from "@onestep/data";
import type { Verdict } from "@onestep/lab";
import type { ErrorReport } from "./outcome.ts";
import { UsageError } from "./usage-error.ts";

/** What the exit code of `onestep` says. */
export const exitCodes = {
  supported: 0,
  contradicted: 1,
  usage: 2,
  /** Shape, domain, numerical, assumption or backend. */
  refused: 3,
  undecided: 4,
  interrupted: 130,
} as const;

export function exitCodeOfVerdict(verdict: Verdict): number {
  return exitCodes[verdict];
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError || error instanceof UnknownNameError) return exitCodes.usage;
  if (error instanceof Interruption) return exitCodes.interrupted;
  if (error instanceof RelayedError) return error.exitCode;
  return error instanceof OnestepError ? exitCodes.refused : 1;
}

/** The user pressed Ctrl-C, or the system asked the program to end. */
export class Interruption extends OnestepError {
  readonly code = "interrupted";
}

/** An error that another thread already described. */
export class RelayedError extends Error {
  readonly report: ErrorReport;
  readonly exitCode: number;

  constructor(report: ErrorReport, exitCode: number) {
    super(report.message);
    this.report = report;
    this.exitCode = exitCode;
  }
}
