import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("every committed module is what its source compiles to (else: node scripts/compile.mjs)", async () => {
  const run = promisify(execFile)(process.execPath, ["scripts/compile.mjs", "--check"], {
    cwd: new URL("../..", import.meta.url),
  });
  await expect(run).resolves.toEqual({ stdout: "", stderr: "" });
});
