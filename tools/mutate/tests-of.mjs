import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";

/**
 * The test files of a package that import a source, with what they import itself: nearest in the tree of imports first.
 *
 * @param {string} file absolute
 * @param {Map<string, string[]>} importsOf every file of the package, with the files it imports
 * @returns {string[]} absolute
 */
export function testsOf(file, importsOf) {
  const tests = [...importsOf.keys()].filter(isTest);
  const distances = tests.map((one) => [one, distance(one, file, importsOf)]).filter(([, far]) => far < Infinity);
  return distances.toSorted(([, a], [, b]) => a - b).map(([one]) => one);
}

/** @param {string} folder of a package */
export function importsUnder(folder) {
  const files = ["src", "tests"].flatMap((shelf) => sourcesUnder(join(folder, shelf)));
  return new Map(files.map((file) => [file, relativeImports(file)]));
}

function distance(from, to, importsOf) {
  const seen = new Set([from]);
  for (let edge = [from], far = 0; edge.length > 0; far++) {
    if (edge.includes(to)) return far;
    edge = edge.flatMap((one) => importsOf.get(one) ?? []).filter((one) => !seen.has(one) && seen.add(one));
  }
  return Infinity;
}

function relativeImports(file) {
  const source = readFileSync(file, "utf8");
  return [...source.matchAll(/(?:\bfrom\s*|\bimport\s*\(?\s*)"(\.[^"]+\.ts)"/g)].map(([, path]) =>
    resolve(dirname(file), path),
  );
}

function sourcesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((file) => file.endsWith(".ts"));
}

/** @param {string} file */
export const isTest = (file) => file.endsWith(".test.ts");

/** @param {string} root @param {string} file */
export const nameIn = (root, file) => relative(root, file).split(sep).join("/");
