import { DomainError, OnestepError } from "@onestep/core";
import { parsePromptLaw, type PromptLaw } from "@onestep/data";
import { readFileSync } from "node:fs";
import { UsageError } from "../usage-error.ts";

/**
 * Reads a prompt law from a file; `-` reads standard input.
 *
 * @throws UsageError when there is no such file or it is not JSON, and whatever the law itself refuses
 */
export function readLawFile(path: string): PromptLaw {
  return parsePromptLaw(parseJson(path, readText(path)));
}

function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new UsageError({
      where: "--law",
      expected: "a readable law file",
      arrived: `${path} (${reason === "ENOENT" ? "no such file" : (reason ?? "unreadable")})`,
      hint: "check the path; onestep list laws shows what a law file may contain",
      cause: error,
    });
  }
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof OnestepError) throw error;
    const notANumber = /(?<![\w"])(NaN|[+-]?Infinity)(?![\w"])/.exec(text);
    if (notANumber !== null) {
      throw new DomainError({
        where: `${path}, line ${lineOf(text, notANumber.index)}`,
        expected: "finite numbers",
        arrived: notANumber[1] ?? "NaN",
        hint: "JSON has no such number, and no law has one either: give a finite value",
        cause: error,
      });
    }
    throw new UsageError({
      where: path,
      expected: "a law file in JSON",
      arrived: (error as Error).message,
      hint: 'start from { "contextLength": 20, "dimension": 5, "covariates": { "law": "gaussian" }, … }',
      cause: error,
    });
  }
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
