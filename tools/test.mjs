// `npm test`: installs, builds, type-checks and tests every package, then closes with one plain line,
// "N passed, N failed". `npm run test:fresh` (--fresh) draws a new seed and prints it first.
import { randomInt } from "node:crypto";

import { bootstrap } from "./bootstrap.mjs";
import { addSummaries, closingLine, FALSE_ALARM_BUDGET, removeSummaries } from "./test-summaries.mjs";
import { runTurbo } from "./turbo.mjs";
import { root, workspaces } from "./workspace.mjs";

process.exitCode = main(process.argv.slice(2));

function main(args) {
  const env = seedOf(args);
  const folders = [
    "tools",
    ...workspaces()
      .filter(({ manifest }) => manifest.scripts?.test)
      .map(({ folder }) => folder),
  ];
  removeSummaries(root, folders);

  let code;
  try {
    const pnpmFolder = bootstrap("all");
    const tasks = ["build", "typecheck", "test", "test:tools"];
    code = runTurbo(pnpmFolder, ["run", ...tasks, "--continue=dependencies-successful", "--output-logs=new-only"], {
      env,
    });
  } catch (error) {
    console.error(error.message);
    code = 1;
  }

  const total = addSummaries(root, folders);
  if (total.failures.length > 0) console.log(`\nFailed:\n${total.failures.map((name) => `  ${name}`).join("\n")}`);
  if (total.statistical > 0) {
    const bound = total.falseAlarm.toExponential(1);
    console.log(`\n${total.statistical} statistical tests; together a false alarm has probability at most ${bound}`);
  }
  if (total.falseAlarm > FALSE_ALARM_BUDGET) {
    console.log(`That is more than the suite's budget of ${FALSE_ALARM_BUDGET}: give each assertion a smaller alpha.`);
    total.failed += 1;
  }
  // A type error fails no test, yet the run has failed.
  if (code !== 0 && total.failed === 0) total.failed = 1;
  console.log(closingLine(total));
  return total.failed > 0 ? 1 : 0;
}

function seedOf(args) {
  if (!args.includes("--fresh")) return {};
  const seed = String(randomInt(2 ** 32));
  console.log(`Fresh seed ${seed}. To repeat this run: ONESTEP_TEST_SEED=${seed} npm test`);
  return { ONESTEP_TEST_SEED: seed };
}
