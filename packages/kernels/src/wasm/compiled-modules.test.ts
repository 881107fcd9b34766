import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

it("every committed module is what its source compiles to, checked from any folder (else: npm run compile)", async () => {
  const script = fileURLToPath(new URL("../../scripts/compile.mjs", import.meta.url));
  const run = promisify(execFile)(process.execPath, [script, "--check"], { cwd: tmpdir() });
  await expect(run).resolves.toEqual({ stdout: "", stderr: "" });
});
