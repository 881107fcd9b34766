// Installs what the lockfile says, and nothing when that is already installed. Needs only Node and npm.
// Run alone (`node tools/bootstrap.mjs`) it installs the whole workspace.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

import { locatePnpm, pnpmSpec, runPnpm } from "./pnpm.mjs";
import { readJson, root, workspaces } from "./workspace.mjs";

/** What was installed, and by which pnpm. It lives in node_modules and is removed with it. */
const STAMP = join(root, "node_modules", ".onestep", "installed.json");

/** `pnpm --filter` arguments of each scope; the root brings turbo, TypeScript and the linters. */
const FILTERS = { all: [], cli: ["--filter", "onestep...", "--filter", "onestep-monorepo"] };

/**
 * Makes pnpm available and installs a scope of the workspace, unless it is there.
 *
 * @param {"all" | "cli"} scope `cli`: only the command line and what it is built from
 * @returns {string} the folder of pnpm's executable, for `runPnpm`
 */
export function bootstrap(scope = "all") {
  const digest = digestOfInputs();
  const stamp = existsSync(STAMP) ? readJson(STAMP) : {};
  const pnpmFolder = locatePnpm(stamp.pnpmFolder);
  const covered = stamp.digest === digest && (stamp.scope === "all" || stamp.scope === scope);
  if (covered && everyFolderIsThere(scope)) {
    if (stamp.pnpmFolder !== pnpmFolder) writeStamp({ ...stamp, pnpmFolder });
    return pnpmFolder;
  }

  const code = runPnpm(pnpmFolder, [...FILTERS[scope], "install", "--frozen-lockfile"], {
    // Chatter belongs on stderr: stdout is the answer of the command that comes after. CI: ask nothing.
    stdio: ["ignore", 2, 2],
    env: { CI: "true" },
  });
  if (code !== 0) {
    throw new Error(
      `bootstrap: expected pnpm to install what pnpm-lock.yaml says; got exit code ${code}. ` +
        `Try: read the lines above; after a change of dependencies, run \`npx ${pnpmSpec} install\` and commit the lockfile`,
    );
  }
  writeStamp({ digest, scope, pnpmFolder });
  return pnpmFolder;
}

function writeStamp(stamp) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, `${JSON.stringify(stamp, null, 2)}\n`);
}

/** Contents, not times: a fresh checkout touches every file. */
function digestOfInputs() {
  const hash = createHash("sha256").update(`${process.platform} ${process.arch} ${process.versions.modules}\n`);
  const manifests = workspaces().map(({ folder }) => `${folder}/package.json`);
  for (const file of ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests]) {
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  }
  return hash.digest("hex");
}

/** A folder deleted by hand, or a package that came with a checkout, is not covered by an old stamp. */
function everyFolderIsThere(scope) {
  if (scope === "cli") return existsSync(join(root, "apps/cli/node_modules"));
  return workspaces()
    .filter(({ manifest }) => manifest.dependencies || manifest.devDependencies)
    .every(({ folder }) => existsSync(join(root, folder, "node_modules")));
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    bootstrap("all");
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
