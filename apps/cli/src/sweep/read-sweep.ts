import type { JsonObject } from "@onestep/data";
import { readConfigFile, withSettings } from "../options/config-file.ts";
import { objectOf, parseSweepFile, type SweepFile } from "./sweep-file.ts";

/**
 * Reads a sweep from a .yaml, .json or .ts file, with what `--set` changes of it.
 *
 * @throws UsageError, UnknownNameError when there is no such file, or it is no sweep
 */
export async function readSweep(path: string, settings: readonly string[]): Promise<SweepFile> {
  const document = await readConfigFile(path, {
    flag: "--config",
    what: "a sweep file",
    hint: "onestep sweep --help shows how to begin one",
    example: '{ "base": { "law": … }, "grid": { "law.contextLength": [10, 20] } }',
  });
  const sweep: JsonObject = objectOf(document, path, "a sweep");
  return parseSweepFile(withSettings(sweep, settings), path);
}
