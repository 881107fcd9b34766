import { OnestepError } from "@onestep/core";

/** The parts of an error that a program can use, under the names of the output contract. */
export interface ErrorReport {
  readonly code: string;
  readonly where: string;
  readonly message: string;
  readonly hint: string;
}

/** The command line itself is wrong: a missing file, an unknown name, flags that exclude each other. */
export class UsageError extends OnestepError {
  readonly code = "usage";
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
