// Who may import whom. Prints each import that breaks the table and exits 1; silent and 0 when there is none.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { pathToFileURL } from "node:url";

import { root, workspaces } from "./workspace.mjs";

const LIBRARIES = ["core", "kernels", "data", "theory", "model", "lab"].map((name) => `@onestep/${name}`);

/**
 * The architecture in one table: for each workspace, the workspaces it may import. data, model and theory never import
 * one another: their agreement is evidence only while they are strangers.
 *
 * @type {Record<string, readonly string[]>}
 */
const MAY_IMPORT = {
  "@onestep/core": [],
  "@onestep/kernels": ["@onestep/core"],
  "@onestep/data": ["@onestep/core", "@onestep/kernels"],
  "@onestep/theory": ["@onestep/core"],
  "@onestep/model": ["@onestep/core", "@onestep/kernels"],
  "@onestep/lab": LIBRARIES.filter((name) => name !== "@onestep/lab"),
  "@onestep/testkit": ["@onestep/core"],
  "@onestep/docs": LIBRARIES,
  onestep: LIBRARIES,
};

/** Tests of every package may use it, but core's: it is built on core. */
const TESTKIT = "@onestep/testkit";

const SOURCE = new Set([".ts", ".mts", ".cts", ".js", ".mjs", ".cjs", ".vue"]);
const SKIPPED = new Set(["node_modules", "dist", "cache", "coverage", "fixtures", ".turbo"]);

/** `import … from "x"` and `export … from "x"`, at the start of a line as the formatter leaves them. */
const FROM = /^[ \t]*(?:import|export)\b[^"'`;]*?\bfrom\s*["']([^"'\n]+)["']/gm;
/** `import "x"`, for its effects alone. */
const EFFECT = /^[ \t]*import\s*["']([^"'\n]+)["']/gm;
/** `import("x")`, as a value or in a type, and `require("x")`, `vi.mock("x")`. */
const CALL = /\b(?:import|require|mock|importActual)\s*\(\s*["']([^"'\n]+)["']/g;

/**
 * Every breach of the table under a root.
 *
 * @param {string} at
 * @param {Record<string, readonly string[]>} [table]
 * @returns {string[]} one line each: where, what was expected, what arrived
 */
export function findBreaches(at, table = MAY_IMPORT) {
  const found = workspaces(at);
  const byName = new Map(found.map((one) => [one.manifest.name, one]));
  return found.flatMap((workspace) => {
    const { name } = workspace.manifest;
    if (!Object.hasOwn(table, name)) {
      return [
        `${workspace.folder}/package.json: ${name} has no row in tools/check-boundaries.mjs: say what it may import`,
      ];
    }
    return [...breachesOfManifest(workspace, table), ...breachesOfSources(at, workspace, table, byName)];
  });
}

function breachesOfManifest({ folder, manifest }, table) {
  const declared = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  const forUse = Object.keys(declared).filter((other) => isOurs(other, table) && !table[manifest.name].includes(other));
  const forTests = Object.keys(manifest.devDependencies ?? {}).filter(
    (other) => isOurs(other, table) && !mayImport(manifest.name, other, true, table),
  );
  return [...forUse, ...forTests].map(
    (other) => `${folder}/package.json: ${manifest.name} may not depend on ${other} (${allowed(manifest.name, table)})`,
  );
}

function breachesOfSources(at, { folder, manifest }, table, byName) {
  return filesUnder(join(at, folder)).flatMap((file) => {
    const source = withoutComments(readFileSync(file, "utf8"));
    const test = isTest(relative(join(at, folder), file));
    return importsOf(source).flatMap(({ specifier, line }) => {
      const reason = specifier.startsWith(".")
        ? reasonAgainstPath(at, folder, file, specifier)
        : reasonAgainstPackage(manifest, specifier, test, table, byName);
      return reason === undefined ? [] : [`${portable(relative(at, file))}:${line}: ${reason}`];
    });
  });
}

/** A relative import stays at home; only configuration may reach for what the root shares. */
function reasonAgainstPath(at, folder, file, specifier) {
  const target = portable(relative(at, resolve(dirname(file), specifier)));
  if (target.startsWith(`${folder}/`) || target === folder) return undefined;
  if (/\.config\.[cm]?ts$/.test(file) && /^[^/]+\.shared\.ts$/.test(target)) return undefined;
  return `"${specifier}" leaves ${folder}: import the other package by its name`;
}

function reasonAgainstPackage(manifest, specifier, test, table, byName) {
  const other = packageOf(specifier);
  if (!isOurs(other, table) || other === manifest.name) return undefined;
  if (!mayImport(manifest.name, other, test, table)) {
    const where = other === TESTKIT ? "outside its tests " : "";
    return `${manifest.name} may not import ${other} ${where}(${allowed(manifest.name, table)})`;
  }
  const door = `.${specifier.slice(other.length)}`;
  const exported = byName.get(other)?.manifest.exports ?? {};
  if (door !== "." && !Object.hasOwn(exported, door)) {
    return `"${specifier}" reaches past the door of ${other}: it exports ${Object.keys(exported).join(", ")}`;
  }
  const inUse = { ...manifest.dependencies, ...manifest.peerDependencies, ...manifest.optionalDependencies };
  if (!Object.hasOwn(test ? { ...inUse, ...manifest.devDependencies } : inUse, other)) {
    return `${other} is not among the ${test ? "" : "run-time "}dependencies in package.json`;
  }
  return undefined;
}

function mayImport(name, other, test, table) {
  return table[name].includes(other) || (test && other === TESTKIT && name !== "@onestep/core");
}

function allowed(name, table) {
  return table[name].length === 0 ? "it may import nothing of ours" : `it may import ${table[name].join(", ")}`;
}

function isOurs(name, table) {
  return Object.hasOwn(table, name) || name.startsWith("@onestep/");
}

function packageOf(specifier) {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}

function isTest(path) {
  return /\.(?:test|bench)\.[cm]?ts$/.test(path) || /^(?:tests|bench)\//.test(portable(path));
}

function filesUnder(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : filesUnder(path);
      return SOURCE.has(extname(entry.name)) ? [path] : [];
    });
}

/** Comment lines are blanked, so that an example in a docstring is not an import; the line numbers stay. */
function withoutComments(source) {
  return source
    .split("\n")
    .map((line) => (/^\s*(?:\/\/|\/?\*)/.test(line) ? "" : line))
    .join("\n");
}

function importsOf(source) {
  return [FROM, EFFECT, CALL].flatMap((pattern) =>
    [...source.matchAll(pattern)].map((match) => ({
      specifier: match[1],
      line: source.slice(0, match.index + match[0].length).split("\n").length,
    })),
  );
}

function portable(path) {
  return path.split(sep).join("/");
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const breaches = findBreaches(root);
  for (const breach of breaches) console.error(breach);
  if (breaches.length > 0) {
    console.error(`\n${breaches.length} import${breaches.length === 1 ? "" : "s"} against the architecture.`);
    process.exitCode = 1;
  } else {
    console.log("Package boundaries hold.");
  }
}
