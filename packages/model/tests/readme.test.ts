import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as model from "../src/index.ts";

test("the README's table names every exported function, once, and no other", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const rows = readme.split("\n").filter((line) => /^\| `\w+\//.test(line));
  const named = rows.flatMap((row) => [...row.split("|")[3].matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const functions = Object.entries(model).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(named.filter((name) => name !== "construct").sort()).toEqual(functions.sort());
});
