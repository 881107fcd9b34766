// What a test reads decides whether it runs again: a README whose program is wrong must not pass from the cache.
import { readdirSync } from "node:fs";
import { join } from "node:path";

import { beforeAll, describe, expect, test } from "vitest";

import { bootstrap } from "./bootstrap.mjs";
import { askPnpm } from "./pnpm.mjs";
import { root, workspaces } from "./workspace.mjs";

describe("turbo runs a test again when a file changes that it reads", () => {
  let inputsOf;

  beforeAll(() => {
    const asked = askPnpm(bootstrap("all"), ["exec", "turbo", "run", "test", "test:tools", "--dry=json"]);
    if (asked.code !== 0) throw new Error(asked.stderr);
    const { tasks } = JSON.parse(asked.stdout);
    inputsOf = (id) => Object.keys(tasks.find(({ taskId }) => taskId === id).inputs);
  }, 120_000);

  test("the programs of every README", () => {
    const published = workspaces().filter(({ manifest }) => manifest.private !== true);
    const read = ["README.md", "LICENSE", "CONTRIBUTING.md", ...published.map(({ folder }) => `${folder}/README.md`)];
    expect(inputsOf("//#test:tools")).toEqual(expect.arrayContaining(read));
  });

  test("the commands of the README, and the examples that they name", () => {
    const examples = readdirSync(join(root, "examples")).map((name) => `../../examples/${name}`);
    expect(inputsOf("onestep#test")).toEqual(expect.arrayContaining(["../../README.md", ...examples]));
  });

  test("the guides, which run tests of data and of theory, but not every test of a package", () => {
    const read = inputsOf("//#test:tools");
    const calls = ["packages/theory/tests/calls.ts", "packages/theory/src/passports.test.ts"];
    expect(read).toEqual(expect.arrayContaining(calls));
    expect(read.filter((file) => /^packages\/\w+\/src\/.+\/.*\.test\.ts$/.test(file))).toEqual([]);
  });
});
