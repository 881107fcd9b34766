import { OnestepError } from "@onestep/core";
import { UnknownNameError } from "@onestep/data";
import type { Verdict } from "@onestep/lab";
import { Interruption, RelayedError, UsageError } from "./errors.ts";
import { exitCodes } from "./exit-codes.ts";

export function exitCodeOfVerdict(verdict: Verdict): number {
  return exitCodes[verdict];
}

export function exitCodeOfError(error: unknown): number {
  if (error instanceof UsageError || error instanceof UnknownNameError) return exitCodes.usage;
  if (error instanceof Interruption) return exitCodes.interrupted;
  if (error instanceof RelayedError) return error.exitCode;
  return error instanceof OnestepError ? exitCodes.refused : exitCodes.internal;
}
