import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";

import { root, workspaces } from "./workspace.mjs";

const NOT_COPIED = ["node_modules", ".git", ".turbo", "cache", ".temp", "runs", "coverage", "test-summary.json"];

/**
 * Copies the project, and links what is installed: packages of our own to their copies.
 *
 * @param {string} to a folder
 * @param {{ built: boolean }} options whether what was built is copied too
 */
export function copyProject(to, { built }) {
  const left = new Set(built ? NOT_COPIED : [...NOT_COPIED, "dist"]);
  cpSync(root, to, { recursive: true, preserveTimestamps: true, filter: (path) => !left.has(basename(path)) });
  symlinkSync(join(root, "node_modules"), join(to, "node_modules"), "junction");
  for (const { folder } of workspaces()) {
    const installed = join(root, folder, "node_modules");
    if (!existsSync(installed)) continue;
    for (const name of readdirSync(installed)) {
      const entries = name.startsWith("@") ? readdirSync(join(installed, name)).map((one) => join(name, one)) : [name];
      for (const entry of entries) linkInstalled(join(installed, entry), join(to, folder, "node_modules", entry), to);
    }
  }
}

function linkInstalled(from, to, copy) {
  const place = relative(realpathSync(root), realpathSync(from));
  const ours = /^(?:packages|apps)[\\/][^\\/]+$/.test(place);
  mkdirSync(dirname(to), { recursive: true });
  symlinkSync(ours ? join(copy, place) : realpathSync(from), to, "junction");
}
