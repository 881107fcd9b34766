import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { apiEntries, type ApiEntry } from "./entries.ts";
import { generatePages } from "./generate.ts";

/** Where the site is built. */
const SITE = process.cwd();
const PACKAGES = join(SITE, "..", "..", "packages");
const PAGES = join(SITE, "reference", "api");
const CACHE = join(SITE, ".vitepress", "cache", "api");
/** What the pages that are there were made of. */
const RECORD = join(CACHE, "made-of");

/** Every page of the API reference; they are written anew where a source is not what it was. */
export async function ensureApiPages(): Promise<readonly ApiEntry[]> {
  const entries = apiEntries(PACKAGES);
  const sources = hashOfSources(entries);
  const isCurrent = existsSync(join(PAGES, "index.md")) && existsSync(RECORD);
  if (isCurrent && readFileSync(RECORD, "utf8") === sources) return entries;
  // Made aside and put in place at once: a server and a build may run side by side.
  const aside = join(CACHE, String(process.pid));
  await generatePages(entries, { packages: PACKAGES, scratch: join(aside, "entries"), pages: join(aside, "pages") });
  rmSync(PAGES, { recursive: true, force: true });
  renameSync(join(aside, "pages"), PAGES);
  rmSync(aside, { recursive: true });
  mkdirSync(CACHE, { recursive: true });
  writeFileSync(RECORD, sources);
  return entries;
}

/** Of all that the pages are made of: the packages, and the program that makes them. */
function hashOfSources(entries: readonly ApiEntry[]): string {
  const hash = createHash("sha256");
  const folders = [...new Set(entries.map((entry) => join(PACKAGES, entry.package, "src")))];
  for (const folder of [...folders, join(SITE, "reference", "api-pages")]) {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
      /(?<!\.test)\.ts$/.test(file),
    );
    for (const file of files.toSorted()) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  }
  return hash.digest("hex");
}
