import type { JudgedClaim, TrialReport, Verdict } from "@onestep/lab";
import Table from "cli-table3";
import { formatEstimate, formatNumber } from "./number.ts";
import type { Style } from "./style.ts";

const marks: Readonly<Record<Verdict, string>> = { supported: "✓", contradicted: "✗", undecided: "?" };

/** One trial as a heading, a table of its claims, and its notes. */
export function renderTrial(report: TrialReport, style: Style): string {
  const { steps, promptsPerStep } = report.training;
  const table = new Table({
    head: ["claim", "predicted", "observed", "tolerance", "verdict"],
    chars: borderless,
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    colAligns: ["left", "right", "right", "right", "left"],
  });
  for (const claim of report.claims) table.push(rowOf(claim, style));
  const trained = `trained on ${(steps * promptsPerStep).toLocaleString("en")} sampled prompts`;
  const lines = [
    `${style.strong(report.id)}  ${report.title}`,
    style.faint(`${trained}, L* = ${formatNumber(report.optimalLoss)}`),
    ...(report.status === "diverged" ? ["training diverged: these are its last finite parameters"] : []),
    ...table.toString().split("\n"),
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

const borderless = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
