// Runs recipes with seed 0 and keeps their reports where the site's gallery reads them: `npm run gallery [-- recipe…]`.
// A report has no seconds in it, so the same recipes give the same bytes on every machine.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { root } from "./workspace.mjs";

const COMMAND = join(root, "apps", "cli", "dist", "bin.js");
const REPORTS = join(root, "apps", "docs", "recipes", "reports");

/** What a verdict ends with: supported, contradicted, undecided. The gallery shows each of them. */
const VERDICTS = [0, 1, 4];

const ids = process.argv.slice(2);
const results = mkdtempSync(join(tmpdir(), "onestep-gallery-"));
try {
  const args = [COMMAND, "reproduce", ...ids, "--seed", "0", "--out", results];
  const { status } = spawnSync(process.execPath, args, { stdio: "inherit" });
  if (VERDICTS.includes(status)) keepReports();
  else process.exitCode = status ?? 1;
} finally {
  rmSync(results, { recursive: true, force: true });
}

function keepReports() {
  if (ids.length === 0) rmSync(REPORTS, { recursive: true, force: true });
  mkdirSync(REPORTS, { recursive: true });
  for (const file of readdirSync(join(results, "results"))) {
    const { seconds, ...report } = JSON.parse(readFileSync(join(results, "results", file), "utf8")).report;
    writeFileSync(join(REPORTS, file), `${JSON.stringify(report, undefined, 1)}\n`);
    console.log(`apps/docs/recipes/reports/${file}: ${report.verdict}, ${seconds.toFixed(1)} s`);
  }
}
