import { readdirSync, readFileSync } from "node:fs";

import type { RecipeReport } from "@onestep/lab";

const FOLDER = new URL("reports/", import.meta.url);

/** The reports that `npm run gallery` wrote, by the name of their recipe. Read when the site is built. */
export function committedReports(): ReadonlyMap<string, RecipeReport> {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith(".json"));
  const reports = files.map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), "utf8")) as RecipeReport);
  return new Map(reports.map((report) => [report.id, report]));
}
