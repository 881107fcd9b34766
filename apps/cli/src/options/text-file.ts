import { writeFileSync } from "node:fs";
import { UsageError } from "../errors.ts";

/** @throws UsageError where nothing can be written */
export function writeText(path: string, text: string, flag: string): void {
  try {
    writeFileSync(path, text);
  } catch (error) {
    throw new UsageError({
      where: flag,
      expected: "a file that can be written",
      arrived: `${path} (${(error as NodeJS.ErrnoException).code ?? "unwritable"})`,
      hint: "check that its folder exists and may be written to",
      cause: error,
    });
  }
}
