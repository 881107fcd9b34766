import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { bootstrap } from "../bootstrap.mjs";
import { copyProject } from "../copy-project.mjs";
import { runPnpm } from "../pnpm.mjs";
import { workspaces } from "../workspace.mjs";

/** The packages that are published, each with its folder and manifest. */
export const published = workspaces().filter(({ manifest }) => manifest.private !== true);

/**
 * Packs every published package as a release does: in a copy in which nothing was built, by its own `prepack`.
 *
 * @param {string} into a folder
 * @returns {Map<string, string>} the tarball of each name
 */
export function packAll(into) {
  const pnpm = bootstrap("all");
  const copy = join(into, "copy");
  copyProject(copy, { built: false });
  return new Map(
    published.map(({ folder, manifest: { name, version } }) => {
      const args = ["-C", join(copy, folder), "pack", "--pack-destination", into];
      if (runPnpm(pnpm, args, { stdio: "on failure" }) !== 0) throw new Error(`${name} cannot be packed`);
      return [name, join(into, `${name.replace("@", "").replace("/", "-")}-${version}.tgz`)];
    }),
  );
}

/** What a package of ours needs of ours, itself included. */
export function closureOf(name, found = new Set()) {
  if (found.has(name)) return found;
  found.add(name);
  const { manifest } = published.find((one) => one.manifest.name === name);
  for (const needed of Object.keys(manifest.dependencies ?? {})) {
    if (published.some((one) => one.manifest.name === needed)) closureOf(needed, found);
  }
  return found;
}

/**
 * An empty folder in which these have been installed, as a user would.
 *
 * @param {string} folder
 * @param {readonly string[]} packages tarballs of ours, and names of others
 */
export function install(folder, packages) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
  run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...packages], folder);
}

/** Runs a command, and answers what it printed; where it fails, throws with all that it said. */
export function run(command, args, cwd) {
  const options = { cwd, encoding: "utf8", maxBuffer: 2 ** 26, shell: process.platform === "win32" };
  const { status, stdout, stderr, error } = spawnSync(command, args, options);
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")}: exit code ${status}\n${stdout}\n${stderr}\n${error ?? ""}`);
}
