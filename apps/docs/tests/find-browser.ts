import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

export type BrowserName = "chromium" | "firefox";

/** What the programs are called, in the order in which they are looked for. */
const PROGRAMS: Readonly<Record<BrowserName, readonly string[]>> = {
  chromium: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
  firefox: ["firefox-esr", "firefox"],
};

/** The path of a browser's program, or nothing where it is not installed. */
export function findBrowser(name: BrowserName): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return PROGRAMS[name]
    .flatMap((program) => folders.map((folder) => join(folder, program)))
    .find((path) => existsSync(path));
}
