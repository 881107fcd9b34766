// The commands beside `npm start` and `npm test`: `node tools/task.mjs <task>`, each also an npm script of the same name.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

import { bootstrap } from "./bootstrap.mjs";
import { hygieneChecks } from "./hygiene.mjs";
import { runPnpm } from "./pnpm.mjs";
import { runTurbo } from "./turbo.mjs";
import { root } from "./workspace.mjs";

const inherit = /** @type {const} */ (["inherit", 1, 2]);

/** @type {Record<string, (pnpmFolder: string, args: string[]) => number>} */
const TASKS = {
  build: (pnpm, args) => runTurbo(pnpm, ["run", "build", ...args]),
  // Type-aware rules read the built declarations of sibling packages.
  lint: (pnpm, args) =>
    runTurbo(pnpm, ["run", "build", "--output-logs=errors-only"]) ||
    runPnpm(pnpm, ["exec", "oxlint", ...args], { stdio: inherit }),
  format: (pnpm, args) => runPnpm(pnpm, ["exec", "oxfmt", ...args], { stdio: inherit }),
  boundaries: () => runNode("check-boundaries.mjs"),
  hygiene: (pnpm) => {
    const failed = Object.entries(hygieneChecks(pnpm)).filter(([name, check]) => {
      const judged = check();
      console.log([`${judged.failed ? "✗" : "✓"} ${name}`, ...judged.lines.map((line) => `    ${line}`)].join("\n"));
      return judged.failed;
    });
    return failed.length === 0 ? 0 : 1;
  },
  check: (pnpm) =>
    runAll({
      lint: () => TASKS.lint(pnpm, []),
      "format --check": () => TASKS.format(pnpm, ["--check"]),
      boundaries: () => TASKS.boundaries(pnpm, []),
      hygiene: () => TASKS.hygiene(pnpm, []),
      test: () => runNode("test.mjs"),
    }),
  // Of training steps, against TensorFlow.js and PyTorch. The packages have smaller benchmarks of their own.
  bench: (pnpm, args) =>
    runTurbo(pnpm, ["run", "build", "--filter=onestep..."], { stdio: "on failure" }) ||
    runNode(join("..", "apps", "cli", "dist", "bin.js"), ["bench", "--peers", ...args]),
  // What a release workflow calls, once everything has passed: the version of all changesets, then the packages.
  version: (pnpm) => runPnpm(pnpm, ["exec", "changeset", "version"], { stdio: inherit }),
  publish: (pnpm) => runPnpm(pnpm, ["exec", "changeset", "publish"], { stdio: inherit }),
  // The reports that the gallery of recipes shows.
  gallery: (pnpm, args) =>
    runTurbo(pnpm, ["run", "build", "--filter=onestep..."], { stdio: "on failure" }) ||
    runNode("write-gallery.mjs", args),
  docs: (pnpm, args) =>
    runTurbo(pnpm, ["run", "build", "--filter=@onestep/docs...", "--output-logs=errors-only"]) || serve(args),
};

process.exitCode = main(process.argv.slice(2));

function main([name, ...rest]) {
  const task = Object.hasOwn(TASKS, name ?? "") ? TASKS[name] : undefined;
  if (task === undefined) {
    console.error(`task: expected one of ${Object.keys(TASKS).join(", ")}; got ${name ?? "nothing"}`);
    return 2;
  }
  try {
    return task(bootstrap("all"), rest[0] === "--" ? rest.slice(1) : rest);
  } catch (error) {
    console.error(error.message);
    return 1;
  }
}

/** Runs every step even where an earlier one fails, so that one run shows all there is to mend. */
function runAll(steps) {
  const failed = Object.entries(steps).filter(([name, step]) => {
    console.log(`\n── ${name}`);
    return step() !== 0;
  });
  console.log(failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.map(([name]) => name).join(", ")}`);
  return failed.length === 0 ? 0 : 1;
}

/** Serves the built site until it is interrupted, which is how it ends well. */
function serve(args) {
  const vitepress = join("node_modules", "vitepress", "bin", "vitepress.js");
  const options = { cwd: join(root, "apps", "docs"), stdio: inherit };
  const ran = spawnSync(process.execPath, [vitepress, "preview", ...args], options);
  return ran.signal === "SIGINT" ? 0 : (ran.status ?? 1);
}

function runNode(file, args = []) {
  const ran = spawnSync(process.execPath, [join(root, "tools", file), ...args], { cwd: root, stdio: inherit });
  return ran.status ?? 1;
}
