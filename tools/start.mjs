// `npm start -- <args>`: installs and builds the command line where needed, then runs it in this very process, so that
// its output, its exit code, and the signals sent to it are its own. Everything said before goes to stderr.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { bootstrap } from "./bootstrap.mjs";
import { runTurbo } from "./turbo.mjs";
import { root } from "./workspace.mjs";

const CLI = join(root, "apps/cli/dist/bin.js");

/** npm drops the `--` before the arguments, other runners pass it on. */
const given = process.argv.slice(2);
const args = given[0] === "--" ? given.slice(1) : given;

/** Not a code of the command line's own: a broken build must not read as a contradicted theorem. */
const NOT_BUILT = 70;

if (!prepare()) process.exit(NOT_BUILT);

// npm runs scripts in the root; a relative path of the user's means the folder the user stands in.
if (process.env.npm_lifecycle_event === "start" && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
process.argv = [process.execPath, CLI, ...(args.length > 0 ? args : ["verify"])];
await import(pathToFileURL(CLI).href);

/** @returns {boolean} whether the command line is ready to run */
function prepare() {
  const first = !existsSync(CLI);
  if (first) console.error("First run: installing and building, about half a minute.");
  try {
    const pnpmFolder = bootstrap("cli");
    const build = ["run", "build", "--filter=onestep...", "--output-logs=errors-only"];
    return runTurbo(pnpmFolder, build, { stdio: first ? ["ignore", 2, 2] : "on failure" }) === 0;
  } catch (error) {
    console.error(error.message);
    return false;
  }
}
