import type { JudgedClaim } from "@onestep/lab";
import { sources } from "@onestep/theory";
import type { TimedReport } from "../recipes/recipe-request.ts";
import { formatEstimate, formatNumber } from "./number.ts";
import { escaped, figureOf, numbersOf, page, table, unbroken } from "./page.ts";
import { toleranceOf, whatWouldDecide } from "./verdict-table.ts";

/** The results of a run as one page. */
export function renderReport(reports: readonly TimedReport[]): string {
  const [first] = reports;
  const run = first === undefined ? "nothing was run" : `${first.scale} scale, seed ${first.seed}`;
  return page(
    `onestep reproduce: ${run}`,
    `<h1>Published results, made again</h1>
<p>${escaped(run)}. A true claim is contradicted by chance once in ${Math.round(1 / (first?.falseAlarm ?? 1)).toLocaleString("en")}.</p>
${table(
  "What became of every recipe",
  ["recipe", "supported", "contradicted", "undecided", "seconds", "verdict"],
  reports.map(({ id, supported, contradicted, undecided, seconds, verdict }) => [
    `<a href="#${id}">${escaped(id)}</a>`,
    ...[supported, contradicted, undecided].map(String),
    seconds.toFixed(1),
    mark(verdict),
  ]),
)}
${reports.map(section).join("\n")}`,
  );
}

function section(report: TimedReport): string {
  const { id, title, question, source, settings, defect, claims, figure, notes } = report;
  const paper = sources.find(({ key }) => key === source.key);
  const origin =
    paper === undefined
      ? source.key
      : `${paper.authors}, “${paper.title}”, ${paper.year}${paper.arXiv === undefined ? "" : `, arXiv ${paper.arXiv}`}`;
  const recorded = Object.entries(settings).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return `<section id="${id}" aria-labelledby="${id}-title">
<h2 id="${id}-title">${escaped(id)}: ${escaped(title)}</h2>
<p>${escaped(question)}</p>
<p class="faint">${escaped(`${origin}, ${source.locator}. Settings: ${recorded.join(", ")}.`)}</p>
${defect === undefined ? "" : `<p><strong>With a mistake made on purpose: ${escaped(defect)}.</strong></p>`}
${figureOf(figure)}
${table("Claims", ["claim", "predicted", "observed", "tolerance", "source", "verdict"], claims.map(claimRow))}
${notes.map((note) => `<p class="faint">${escaped(note)}</p>`).join("\n")}
${numbersOf(figure)}
</section>`;
}

function claimRow(claim: JudgedClaim): string[] {
  const { name, predicted, observed, standardError, source, verdict } = claim;
  return [
    escaped(name),
    formatNumber(predicted),
    unbroken(formatEstimate(observed, standardError)),
    unbroken(toleranceOf(claim)),
    escaped(`${source.key}, ${source.locator}`),
    `${mark(verdict)}${whatWouldDecide(claim)}`,
  ];
}

function mark(verdict: string): string {
  return `<span class="${verdict}">${verdict}</span>`;
}
