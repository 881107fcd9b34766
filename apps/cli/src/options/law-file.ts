import { parsePromptLaw, type PromptLaw } from "@onestep/data";
import { readJsonFile } from "./json-file.ts";

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
  return parsePromptLaw(json);
}
