import { OnestepError } from "@onestep/core";

/** The command line itself is wrong: a missing file, an unknown name, flags that exclude each other. */
export class UsageError extends OnestepError {
  readonly code = "usage";
}
