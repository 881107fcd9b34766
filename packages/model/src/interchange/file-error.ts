import { DomainError } from "@onestep/core";

/** A file that is not what its reader reads: `where` names the reader or the part of the file. */
export function fileError(where: string, expected: string, arrived: string, hint: string): DomainError {
  return new DomainError({ where, expected, arrived, hint });
}
