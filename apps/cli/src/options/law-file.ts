import { parsePromptLaw, withTables, type PromptLaw } from "@onestep/data";
import { dirname, resolve } from "node:path";
import { readJsonFile, readText } from "./json-file.ts";

/**
 * Reads a prompt law from a file; `-` reads standard input.
 *
 * @throws UsageError when there is no such file or it is not JSON, and whatever the law itself refuses
 */
export function readLawFile(path: string): PromptLaw {
  const json = readJsonFile(path, {
    flag: "--law",
    what: "a law file",
    hint: "onestep list laws shows what a law file may contain",
    example: '{ "contextLength": 20, "dimension": 5, "covariates": { "law": "gaussian" }, … }',
  });
  return parsePromptLaw(withTables(json, (table) => readTableFile(table, path === "-" ? "." : dirname(path))));
}

/**
 * Reads the text of a table that a law names, by its path from the law file's folder.
 *
 * @throws UsageError when there is no such file
 */
export function readTableFile(path: string, folder: string): string {
  return readText(resolve(folder, path), {
    flag: `file ${path}`,
    what: "a table of points",
    hint: "paths in a law file begin at its folder",
  });
}
