// `npm run coverage [-- core theory …]`: which share of the lines of each package its own tests run. What its tests run in
// other packages counts for nobody; neither do kernels, whose inner loops are WebAssembly that V8 does not count. Threads
// start from built files; of them, only what runs in the caller's own thread is counted.
import { spawnSync } from "node:child_process";
import { relative, join } from "node:path";

import { bootstrap } from "./bootstrap.mjs";
import { runTurbo } from "./turbo.mjs";
import { readJson, root } from "./workspace.mjs";

const PACKAGES = ["core", "data", "theory", "model", "lab"];
const GOAL = 95;

const OPTIONS = [
  "--reporter=dot",
  "--silent",
  // Counting lines takes its time.
  "--testTimeout=600000",
  "--coverage.enabled",
  "--coverage.provider=v8",
  "--coverage.include=src/**/*.ts",
  "--coverage.include=dist/threads/*.js",
  "--coverage.reporter=json-summary",
  "--coverage.reporter=html",
];

const named = process.argv.slice(2);
const built = runTurbo(bootstrap("all"), ["run", "build", "--filter=./packages/*"], { stdio: "on failure" });
const low = built === 0 ? (named.length > 0 ? named : PACKAGES).filter((name) => !isCovered(name)) : PACKAGES;
process.exitCode = low.length === 0 ? 0 : 1;

function isCovered(name) {
  const folder = join(root, "packages", name);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const ran = spawnSync(process.execPath, [vitest, "run", ...OPTIONS], { cwd: folder, stdio: ["ignore", "ignore", 2] });
  if (ran.status !== 0) {
    console.log(`${name}: its tests fail, so nothing was measured`);
    return false;
  }
  const { total, ...files } = readJson(join(folder, "coverage", "coverage-summary.json"));
  console.log(
    `${name}: ${total.lines.pct} % of ${total.lines.total} lines (${relative(root, folder)}/coverage/index.html)`,
  );
  for (const [file, { lines }] of Object.entries(files)) {
    if (lines.pct < GOAL) console.log(`  ${relative(root, file)}: ${lines.pct} % of ${lines.total}`);
  }
  return total.lines.pct >= GOAL;
}
