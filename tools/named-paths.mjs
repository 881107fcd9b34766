// Whether the files and folders that our maps name are there: what is in backticks and has a slash, or ends as a source
// does. A map may leave out what every path has, `packages/`, `apps/` and `src/`.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

const SKIPPED = new Set(["node_modules", "dist", "coverage", ".git", ".turbo", "runs", "cache", ".temp"]);

/**
 * Every path that is named and is not there.
 *
 * @param {string} root
 * @param {readonly string[]} maps Markdown files, from the root
 * @returns {string[]} one line each: the map, its line, and the path
 */
export function missingPaths(root, maps) {
  const there = pathsUnder(root).map((path) => `/${shortened(relative(root, path).split(sep).join("/"))}/`);
  return maps.flatMap((map) =>
    namedPaths(readFileSync(join(root, map), "utf8"))
      .filter(({ path }) => !there.some((one) => one.endsWith(`/${shortened(path).replace(/\/$/, "")}/`)))
      .map(({ path, line }) => `${map}:${line}: ${path}: no such file or folder`),
  );
}

function namedPaths(markdown) {
  return (
    [...markdown.matchAll(/`([\w.][\w./-]*)`/g)]
      .map(({ 1: path, index }) => ({ path, line: markdown.slice(0, index).split("\n").length }))
      .filter(({ path }) => /\.(?:ts|vue|mjs|md|json)$|\//.test(path))
      // Addresses of random numbers, endings alone, and what is not committed.
      .filter(({ path }) => !/^\d|^\.[\w.]+$/.test(path) && !SKIPPED.has(path.split("/")[0]))
  );
}

function shortened(path) {
  return path.replace(/^(?:packages|apps)\//, "").replace("/src/", "/");
}

function pathsUnder(folder) {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [path, ...pathsUnder(path)] : [path];
    });
}
