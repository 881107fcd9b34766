import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";

import { describe, expect, test } from "vitest";

import { examplesOf } from "./docstring-examples.mjs";
import { root } from "./workspace.mjs";

/** The packages whose examples run; each example sees what all of them export, and what its own file does. */
const PACKAGES = ["core", "kernels", "data", "theory", "model", "lab"];

const loadFile = (file) => import(/* @vite-ignore */ pathToFileURL(file).href);
const load = (name) => loadFile(join(root, `packages/${name}/dist/index.js`));
const exported = Object.assign({}, ...(await Promise.all(PACKAGES.map(load))));
const AsyncFunction = (async () => undefined).constructor;

describe("the examples of docstrings run, and keep their promises", () => {
  for (const file of PACKAGES.flatMap((name) => sourcesUnder(join(root, `packages/${name}/src`)))) {
    for (const { line, code } of examplesOf(readFileSync(file, "utf8"))) {
      test(`${relative(root, file)}:${line}`, async () => run(code, await loadFile(builtFrom(file))));
    }
  }
});

describe("an example that breaks its promise is caught", () => {
  const docstring = (...lines) => ["/**", " * Adds.", " *", " * @example", ...lines.map((line) => ` * ${line}`), " */"];
  const only = (...lines) => examplesOf(docstring(...lines).join("\n"))[0];

  test("exactly, to 12 digits, over several lines, and in its refusals", async () => {
    await run(only("1 + 1; // => 2").code);
    await expect(run(only("1 + 1; // => 3").code)).rejects.toThrow(/equal 3/);
    await run(only("1 / 3; // ≈ 0.333333333333").code);
    await expect(run(only("1 / 3; // ≈ 0.33333333").code)).rejects.toThrow(/less than or equal/);
    const spread = only("const rows = [", "  [1, 2],", "];", "rows", "  .flat(); // => [1, 2]");
    expect(spread.promises).toBe(1);
    await run(spread.code);
  });

  test("and a docstring without an example has none", () => {
    expect(examplesOf("/** Adds. */\nexport const x = 1;")).toEqual([]);
  });
});

/** The built module of a source file: packages/x/src/y.ts is built to packages/x/dist/y.js. */
function builtFrom(file) {
  return file.replace(/([\\/])src([\\/])/, "$1dist$2").replace(/\.ts$/, ".js");
}

async function run(code, own = {}) {
  const promise = (value, expected, kind) => {
    if (kind === "exact") expect(plain(value)).toEqual(plain(expected));
    else expectClose(value, expected);
  };
  const scope = { ...exported, ...own, promise };
  await new AsyncFunction(...Object.keys(scope), code)(...Object.values(scope));
}

/** Twelve digits are printed, so the last one may be half a unit off. */
function expectClose(value, expected) {
  if (typeof expected === "number") {
    const tolerance = 0.51 * 10 ** (Math.floor(Math.log10(Math.abs(expected) || 1)) - 11);
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance);
    return;
  }
  expect(Object.keys(value)).toEqual(Object.keys(expected));
  for (const key of Object.keys(expected)) expectClose(value[key], expected[key]);
}

/** Typed arrays are written as lists in examples. */
function plain(value) {
  if (ArrayBuffer.isView(value)) return Array.from(value);
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

function sourcesUnder(folder) {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .sort()
    .map((name) => join(folder, name));
}
