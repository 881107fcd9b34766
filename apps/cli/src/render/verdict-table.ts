import type { JudgedClaim, TrialReport, Verdict } from "@onestep/lab";
import { formatEstimate, formatNumber } from "./number.ts";
import { plainTable } from "./plain-table.ts";
import type { Style } from "./style.ts";

const marks: Readonly<Record<Verdict, string>> = { supported: "✓", contradicted: "✗", undecided: "?" };

/** One trial as a heading, a table of its claims, and its notes. */
export function renderTrial(report: TrialReport, style: Style): string {
  const { steps, promptsPerStep } = report.training;
  const path = report.path === undefined ? "" : ` (${report.path})`;
  const trained = `trained on ${(steps * promptsPerStep).toLocaleString("en")} sampled prompts${path}`;
  const lines = [
    `${style.strong(report.id)}  ${report.title}`,
    style.faint(`${trained}, L* = ${formatNumber(report.optimalLoss)}`),
    ...(report.status === "diverged" ? ["training diverged: these are its last finite parameters"] : []),
    ...claimsTable(report.claims, style).split("\n"),
    ...report.notes.map((note) => style.faint(note)),
  ];
  return `${lines.map((line) => `  ${line.trimEnd()}`).join("\n")}\n`;
}

/** Claims as a table, one a line. */
export function claimsTable(claims: readonly JudgedClaim[], style: Style): string {
  return plainTable(
    ["claim", "predicted", "observed", "tolerance", "verdict"],
    claims.map((claim) => rowOf(claim, style)),
    ["left", "right", "right", "right", "left"],
  );
}

/** A verdict as people see it. */
export function verdictMark(verdict: Verdict, style: Style): string {
  return style.verdict(verdict, `${marks[verdict]} ${verdict}`);
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
  return `  ${verdictMark(verdict, style)}: ${supported} of ${reports.length} trials supported${where}, ${seconds.toFixed(1)} s\n`;
}

function rowOf(claim: JudgedClaim, style: Style): string[] {
  return [
    claim.name,
    formatNumber(claim.predicted),
    formatEstimate(claim.observed, claim.standardError),
    toleranceOf(claim),
    `${verdictMark(claim.verdict, style)}${whatWouldDecide(claim)}`,
  ];
}

/** How many times the draws would decide a claim that noise leaves undecided. */
export function whatWouldDecide({ drawsToDecide }: JudgedClaim): string {
  return drawsToDecide === undefined ? "" : `: about ${formatNumber(drawsToDecide, 2)} times the draws would decide`;
}

/** How near, or on which side, the observation must be. */
export function toleranceOf({ relation, tolerance, standardError }: JudgedClaim): string {
  if (relation === "estimates") return `± ${formatNumber(4 * standardError, 2)} (4 SE)`;
  if (relation === "below") return "below";
  return relation === "above" ? `> ${formatNumber(tolerance, 3)}` : `± ${formatNumber(tolerance, 3)}`;
}
