import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { missingPaths } from "./named-paths.mjs";

test("a map's paths are looked for with and without what every path has, and reported with their line", () => {
  const at = mkdtempSync(join(tmpdir(), "onestep-paths-"));
  onTestFinished(() => rmSync(at, { recursive: true, force: true }));
  mkdirSync(join(at, "packages/lab/src/recipes"), { recursive: true });
  writeFileSync(join(at, "packages/lab/src/recipes/catalogue.ts"), "");
  writeFileSync(
    join(at, "MAP.md"),
    [
      "`packages/lab/src/recipes/` `lab/recipes` `recipes/catalogue.ts` `catalogue.ts` `packages/lab`",
      "`lab/catalogue.ts` a word `lab`, an address `7/train:12`, a call `f(a/b)`, a pattern `<id>.ts`, an ending `.test.ts`, what is built `dist/`",
      "`gone.ts`",
    ].join("\n"),
  );
  expect(missingPaths(at, ["MAP.md"])).toEqual([
    "MAP.md:2: lab/catalogue.ts: no such file or folder",
    "MAP.md:3: gone.ts: no such file or folder",
  ]);
});
