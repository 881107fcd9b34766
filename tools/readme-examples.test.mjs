import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, test } from "vitest";

import { checked, programsOf } from "./readme-programs.mjs";
import { root } from "./workspace.mjs";

/** A folder from which every package can be imported. */
const cwd = join(root, "apps/cli");

function run(program) {
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    cwd,
    encoding: "utf8",
  });
  return [status, stderr];
}

const published = readdirSync(join(root, "packages"))
  .filter((name) => !JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8")).private)
  .map((name) => `packages/${name}/README.md`);

describe.each(["README.md", ...published])("%s", (file) => {
  const path = join(root, file);
  const programs = existsSync(path) ? programsOf(readFileSync(path, "utf8")) : [];

  test("shows a program", () => expect(programs.length).toBeGreaterThan(0));

  test.each(programs)("program %#", (code) => {
    const program = checked(code);
    expect(program).not.toBe(code);
    expect(run(program)).toEqual([0, ""]);
  });
});

test("a program that says a wrong number is caught", () => {
  const [status, stderr] = run(checked("const half = 1 / 2;\nhalf; // ≈ 0.6\n"));
  expect(status).toBe(1);
  expect(stderr).toContain("Error: 0.5");
});
