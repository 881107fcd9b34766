import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, test } from "vitest";
import * as model from "../src/index.ts";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
const examples = [...readme.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code]) => code);

test("the README's table names every exported function, once, and no other", () => {
  const rows = readme.split("\n").filter((line) => /^\| `\w+\//.test(line));
  const named = rows.flatMap((row) => [...row.split("|")[3].matchAll(/`(\w+)`/g)].map(([, name]) => name));
  const functions = Object.entries(model).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
  expect(named.filter((name) => name !== "construct").sort()).toEqual(functions.sort());
});

it.each(examples)("the README's example %# runs and says what it says", (code) => {
  const program = code.replaceAll(
    /^(.+); \/\/ (=>|≈) (.+)$/gm,
    (_, expression: string, relation: string, expected: string) =>
      relation === "=>"
        ? `if ((${expression}) !== ${expected}) throw new Error(${expression});`
        : `if (!(Math.abs((${expression}) / ${expected} - 1) < 1e-11)) throw new Error(${expression});`,
  );
  expect(program).not.toBe(code);
  // From a package that has all packages of the example installed.
  const cwd = join(import.meta.dirname, "../../lab");
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd,
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
});
