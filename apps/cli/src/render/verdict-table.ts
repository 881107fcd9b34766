import type { JudgedClaim, TrialReport, Verdict } from "@onestep/lab";
import { formatEstimate, formatNumber } from "./number.ts";
import { plainTable } from "./plain-table.ts";
import type { Style } from "./style.ts";

const marks: Readonly<Record<Verdict, string>> = { supported: "✓", contradicted: "✗", undecided: "?" };

/** One trial as a heading, a table of its claims, and its notes. */
export function renderTrial(report: TrialReport, style: Style): string {
  const { steps, promptsPerStep } = report.training;
  const table = plainTable(
    ["claim", "predicted", "observed", "tolerance", "verdict"],
    report.claims.map((claim) => rowOf(claim, style)),
    ["left", "right", "right", "right", "left"],
  );
  const trained = `trained on ${(steps * promptsPerStep).toLocaleString("en")} sampled prompts`;
  const lines = [
    `${style.strong(report.id)}  ${report.title}`,
    style.faint(`${trained}, L* = ${formatNumber(report.optimalLoss)}`),
    ...(report.status === "diverged" ? ["training diverged: these are its last finite parameters"] : []),
    ...table.split("\n"),
    ...report.notes.map((note) => style.faint(note)),
  ];
  return `${lines.map((line) => `  ${line.trimEnd()}`).join("\n")}\n`;
}

/** The line that says it all. */
export function renderSummary(
  reports: readonly TrialReport[],
  verdict: Verdict,
  seconds: number,
  style: Style,
): string {
  const supported = reports.filter((report) => report.verdict === "supported").length;
  const [first] = reports;
  const where = first === undefined ? "" : `, seed ${first.seed}, ${first.backend}`;
  const outcome = style.verdict(verdict, `${marks[verdict]} ${verdict}`);
  return `  ${outcome}: ${supported} of ${reports.length} trials supported${where}, ${seconds.toFixed(1)} s\n`;
}

function rowOf(claim: JudgedClaim, style: Style): string[] {
  return [
    claim.name,
    formatNumber(claim.predicted),
    formatEstimate(claim.observed, claim.standardError),
    toleranceOf(claim),
    style.verdict(claim.verdict, `${marks[claim.verdict]} ${claim.verdict}`),
  ];
}

function toleranceOf({ relation, tolerance, standardError }: JudgedClaim): string {
  if (relation === "estimates") return `± ${formatNumber(4 * standardError, 2)} (4 SE)`;
  if (relation === "below") return "below";
  return relation === "above" ? `> ${formatNumber(tolerance, 3)}` : `± ${formatNumber(tolerance, 3)}`;
}
