import { figureColumns, figureRows, figureSvg, type JudgedClaim } from "@onestep/lab";
import { sources } from "@onestep/theory";
import type { TimedReport } from "../recipes/recipe-request.ts";
import { formatEstimate, formatNumber } from "./number.ts";
import { toleranceOf } from "./verdict-table.ts";

/** The results of a run as one page that needs nothing beside itself: no network, no script, tables for the ear. */
export function renderReport(reports: readonly TimedReport[]): string {
  const [first] = reports;
  const run = first === undefined ? "nothing was run" : `${first.scale} scale, seed ${first.seed}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>onestep reproduce: ${escaped(run)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>Published results, made again</h1>
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
${reports.map(section).join("\n")}
</main>
</body>
</html>
`;
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
<figure>
${figureSvg(figure)}
<figcaption>${escaped(figure.title)}. Dashed and hollow: closed form.</figcaption>
</figure>
${table("Claims", ["claim", "predicted", "observed", "tolerance", "source", "verdict"], claims.map(claimRow))}
${notes.map((note) => `<p class="faint">${escaped(note)}</p>`).join("\n")}
<details><summary>The figure’s numbers</summary>
${table(
  `${figure.y.label} against ${figure.x.label}`,
  figureColumns,
  figureRows(figure).map((row) =>
    row.map((cell) => (typeof cell === "number" ? formatNumber(cell) : escaped(cell ?? ""))),
  ),
)}
</details>
</section>`;
}

function claimRow(claim: JudgedClaim): string[] {
  const { name, predicted, observed, standardError, source, verdict } = claim;
  return [
    escaped(name),
    formatNumber(predicted),
    formatEstimate(observed, standardError),
    toleranceOf(claim),
    escaped(`${source.key}, ${source.locator}`),
    mark(verdict),
  ];
}

function mark(verdict: string): string {
  return `<span class="${verdict}">${verdict}</span>`;
}

/** Cells are HTML; the first of a row names it. */
function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    ([name, ...cells]) => `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
  );
  return `<div class="wide"><table><caption>${escaped(caption)}</caption>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

const STYLE = `
:root{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;margin:0;background:light-dark(#fff,#16181c);color:light-dark(#222,#e6e6e6)}
main{max-width:62rem;margin:0 auto;padding:1rem}
h2{margin-top:3rem}
.faint{color:light-dark(#5a5a5a,#a8a8a8)}
.wide{overflow-x:auto}
figure{margin:1rem 0}
figure svg{max-width:100%;height:auto;border-radius:6px}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:1rem 0}
caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.2rem .8rem .2rem 0;text-align:right;border-bottom:1px solid light-dark(#e2e2e2,#3a3d42)}
tbody th{font-weight:400;text-align:left}
thead th:first-child{text-align:left}
.supported{color:light-dark(#00694d,#4cc79d)}
.contradicted{color:light-dark(#b03a00,#ff9a66);font-weight:600}
.undecided{color:light-dark(#7a5c00,#e2b93b)}
`;
