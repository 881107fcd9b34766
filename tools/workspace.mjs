import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root: the folder above this one, wherever the command was called from. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The folders whose subfolders are workspaces, as in pnpm-workspace.yaml. */
const SHELVES = ["packages", "apps"];

/**
 * Every workspace: its folder relative to the root, and its manifest.
 *
 * @param {string} [at] the root to look under
 * @returns {{ folder: string, manifest: any }[]}
 */
export function workspaces(at = root) {
  return SHELVES.flatMap((shelf) =>
    (existsSync(join(at, shelf)) ? readdirSync(join(at, shelf)) : [])
      .sort()
      .map((name) => `${shelf}/${name}`)
      .filter((folder) => existsSync(join(at, folder, "package.json")))
      .map((folder) => ({ folder, manifest: readJson(join(at, folder, "package.json")) })),
  );
}

/** @param {string} file */
export function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
