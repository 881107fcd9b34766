import { verdictOfAll, type RecipeReport, type Verdict } from "@onestep/lab";
import type { TimedReport } from "../recipes/recipe-request.ts";
import { plainTable } from "./plain-table.ts";
import type { Style } from "./style.ts";
import { claimsTable, verdictMark } from "./verdict-table.ts";

/** One recipe as a heading, its question, a table of its claims, and its notes. */
export function renderRecipe(report: RecipeReport, style: Style): string {
  const { id, title, question, source, defect, claims, notes } = report;
  const lines = [
    `${style.strong(id)}  ${title}`,
    style.faint(`${question} (${source.key}, ${source.locator})`),
    ...(defect === undefined ? [] : [`with a mistake made on purpose: ${defect}`]),
    ...claimsTable(claims, style).split("\n"),
    ...notes.map((note) => style.faint(note)),
  ];
  return `${lines.map((line) => `  ${line.trimEnd()}`).join("\n")}\n`;
}

/** What became of every recipe: a line each, and a line for all. */
export function renderRecipes(reports: readonly TimedReport[], style: Style): string {
  const table = plainTable(
    ["recipe", "supported", "contradicted", "undecided", "seconds", "verdict"],
    reports.map(({ id, supported, contradicted, undecided, seconds, verdict }) => [
      id,
      ...[supported, contradicted, undecided].map(String),
      seconds.toFixed(1),
      verdictMark(verdict, style),
    ]),
    ["left", "right", "right", "right", "right", "left"],
  );
  return `${table
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n")}\n`;
}

/** The line that says it all. */
export function renderOutcome(reports: readonly TimedReport[], style: Style): string {
  const verdict: Verdict = verdictOfAll(reports.map((report) => report.verdict));
  const claims = reports.reduce((sum, report) => sum + report.claims.length, 0);
  const supported = reports.reduce((sum, report) => sum + report.supported, 0);
  const [first] = reports;
  const where = first === undefined ? "" : `, ${first.scale} scale, seed ${first.seed}`;
  return `  ${verdictMark(verdict, style)}: ${supported} of ${claims} claims supported${where}\n`;
}
