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
  return parseSweepFile(settings.reduce(withSetting, sweep), path);
}

/** A grid that writes a path with dots has a field of that very name: this is the one that `--set grid.a.b=[1]` means. */
function withSetting(sweep: JsonObject, setting: string): JsonObject {
  const [, path = "", value] = /^grid\.([^=]+)=(.*)$/s.exec(setting) ?? [];
  const { grid } = sweep;
  const isField = typeof grid === "object" && grid !== null && !Array.isArray(grid) && Object.hasOwn(grid, path);
  if (!isField) return withSettings(sweep, [setting]);
  return { ...sweep, grid: { ...(grid as JsonObject), [path]: withSettings({}, [`value=${value}`])["value"] } };
}
