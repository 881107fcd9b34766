import { OnestepError } from "@onestep/core";
import { UnknownNameError } from "@onestep/data";
import type { Verdict } from "@onestep/lab";
import { Interruption, RelayedError, UsageError } from "./errors.ts";

/** What the exit code of `onestep` says. */
export const exitCodes = {
  supported: 0,
  contradicted: 1,
  usage: 2,
  /** Shape, domain, numerical, assumption or backend. */
  refused: 3,
  undecided: 4,
  /** A defect of onestep itself: no verdict, and none of the user's doing. */
  internal: 70,
  interrupted: 130,
} as const;

export function exitCodeOfVerdict(verdict: Verdict): number {
  return exitCodes[verdict];
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError || error instanceof UnknownNameError) return exitCodes.usage;
  if (error instanceof Interruption) return exitCodes.interrupted;
  if (error instanceof RelayedError) return error.exitCode;
  return error instanceof OnestepError ? exitCodes.refused : exitCodes.internal;
}
