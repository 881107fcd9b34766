// `npm run hygiene`: what nobody sees until it hurts. Unused code and dependencies, one version of each dependency, known
// vulnerabilities, licences, install scripts, dead links, maps of what is not there.
import { join } from "node:path";

import { deadLinks } from "./markdown-links.mjs";
import { missingPaths } from "./named-paths.mjs";
import { askPnpm, runPnpm } from "./pnpm.mjs";
import { readJson, root, workspaces } from "./workspace.mjs";

/** Licences that let a package be used by anyone for anything. */
const LICENCES = new Set([
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "ISC",
  "MIT",
  // Asks for the source of its own files only, when they were changed; resvg is used as it is published.
  "MPL-2.0",
]);

/** What npm runs on the machine of whoever installs a package. */
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

/** What is installed with the packages that are published, and nothing that only we use. */
const PUBLISHED = workspaces()
  .filter(({ manifest }) => !manifest.private)
  .flatMap(({ manifest }) => ["--filter", manifest.name]);

/**
 * Every check of hygiene by what it sees to, each answering what is wrong, one line each; a tool that says so itself has
 * said it on stderr.
 *
 * @param {string} pnpm
 * @returns {Record<string, () => { failed: boolean, lines: string[] }>}
 */
export function hygieneChecks(pnpm) {
  const printed = (...args) => ({ failed: runPnpm(pnpm, ["exec", ...args], { stdio: "on failure" }) !== 0, lines: [] });
  return {
    "unused files, exports and dependencies": () => printed("knip", "--no-config-hints"),
    "consistent manifests": () => printed("sherif"),
    "no known vulnerability in what users install": () =>
      judgeAudit(askPnpm(pnpm, ["audit", "--prod", "--no-optional", "--json"])),
    "licences and install scripts of what users install": () => {
      const answer = askPnpm(pnpm, [...PUBLISHED, "licenses", "list", "--prod", "--json"]);
      if (answer.code !== 0) return { failed: true, lines: [answer.stderr] };
      return judgeDependencies(JSON.parse(answer.stdout), (folder) => readJson(join(folder, "package.json")));
    },
    "no install scripts of our own": () =>
      judge(workspaces().flatMap(({ folder, manifest }) => installScriptsOf(folder, manifest))),
    // Pages of the site link to addresses, which its build checks.
    "links in Markdown": () => judge(deadLinks(root, (file) => !file.startsWith("apps/docs/"))),
    "paths that the maps name": () => judge(missingPaths(root, ["ARCHITECTURE.md", "AGENTS.md"])),
  };
}

/**
 * Vulnerabilities, or the reason why nobody could be asked for them: a machine may be offline, and a mirror of the
 * registry may have no such answer.
 *
 * @param {{ code: number, stdout: string, stderr: string }} answer of `pnpm audit --json`
 */
export function judgeAudit({ code, stdout, stderr }) {
  const advisories = Object.values(parsed(stdout)?.advisories ?? {});
  if (advisories.length > 0) {
    return judge(advisories.map((one) => `${one.module_name}: ${one.severity}: ${one.title} (${one.url})`));
  }
  if (code === 0) return judge([]);
  const reason = `${stdout}\n${stderr}`.replaceAll(/[×│\n\s]+/g, " ").trim();
  return { failed: false, lines: [`skipped, because the registry did not answer: ${reason}`] };
}

/**
 * @param {Record<string, { name: string, paths: string[] }[]>} byLicence the answer of `pnpm licenses list --json`
 * @param {(folder: string) => any} manifestIn
 */
export function judgeDependencies(byLicence, manifestIn) {
  const all = Object.entries(byLicence).flatMap(([licence, some]) => some.map((one) => ({ licence, ...one })));
  if (all.length === 0) return judge(["expected the dependencies of what is published; got none"]);
  return judge(
    all.flatMap(({ name, licence, paths }) => [
      ...(isAllowed(licence) ? [] : [`${name}: the licence ${licence} is not on the list of tools/hygiene.mjs`]),
      ...paths.flatMap((folder) => installScriptsOf(name, manifestIn(folder))),
    ]),
  );
}

/** `(MIT OR GPL-3.0)` leaves the choice to us. */
function isAllowed(licence) {
  const choices = licence.replaceAll(/^\(|\)$/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((one) => LICENCES.has(one)));
}

function installScriptsOf(name, { scripts = {} }) {
  return INSTALL_SCRIPTS.filter((script) => script in scripts).map((script) => `${name}: has a script "${script}"`);
}

function judge(lines) {
  return { failed: lines.length > 0, lines };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
