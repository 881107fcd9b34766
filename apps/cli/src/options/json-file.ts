import { DomainError } from "@onestep/core";
import { readFileSync } from "node:fs";
import { UsageError } from "../errors.ts";

/** What a flag that names a JSON file is about: for its error messages. */
export interface JsonFile {
  /** `--law` */
  readonly flag: string;
  /** "a law file" */
  readonly what: string;
  readonly hint: string;
  /** How such a file begins. */
  readonly example: string;
}

/**
 * Reads a JSON file; `-` reads standard input.
 *
 * @throws UsageError when there is no such file or it is not JSON
 * @throws DomainError for a bare NaN or Infinity in it
 */
export function readJsonFile(path: string, about: JsonFile): unknown {
  return parseJson(path, readText(path, about), about);
}

/**
 * Reads a text file; `-` reads standard input.
 *
 * @throws UsageError when there is no such file
 */
export function readText(path: string, { flag, what, hint }: Omit<JsonFile, "example">): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8").replace(/^\uFEFF/, ""); // some editors begin a file so
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code;
    throw new UsageError({
      where: flag,
      expected: `${what} that can be read`,
      arrived: `${path} (${reason === "ENOENT" ? "no such file" : (reason ?? "unreadable")})`,
      hint: `check the path; ${hint}`,
      cause: error,
    });
  }
}

function parseJson(path: string, text: string, { what, example }: JsonFile): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const notANumber = /(?<![\w"])(NaN|[+-]?Infinity)(?![\w"])/.exec(text);
    if (notANumber !== null) {
      throw new DomainError({
        where: `${path}, line ${lineOf(text, notANumber.index)}`,
        expected: "finite numbers",
        arrived: notANumber[1] ?? "NaN",
        hint: "JSON has no such number, and neither has any law or matrix: give a finite value",
        cause: error,
      });
    }
    throw new UsageError({
      where: path,
      expected: `${what} in JSON`,
      arrived: (error as Error).message,
      hint: `start from ${example}`,
      cause: error,
    });
  }
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
