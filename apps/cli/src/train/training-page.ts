import { trainingFigures, type TrainingReport } from "@onestep/lab";
import { formatNumber } from "../render/number.ts";
import { escaped, figureOf, numbersOf, page, table, unbroken } from "../render/page.ts";
import { describeTraining, factsOf } from "./training-facts.ts";

/** A training as one page: its numbers, its curves, and the config that repeats it. */
export function renderTrainingPage(report: TrainingReport): string {
  const { config, status, preconditioner, optimum } = report;
  const figures = Object.values(trainingFigures(report));
  return page(
    "onestep train",
    `<h1>A model trained in context, against theory</h1>
<p>${escaped(describeTraining(config))}${report.path === undefined ? "" : escaped(` (${report.path})`)}.</p>
${status === "diverged" ? "<p><strong>Training diverged: these are its last finite weights.</strong></p>" : ""}
${table(
  "What came of it",
  ["number", "value", "what it is"],
  factsOf(report).map(({ name, value, note }) => [escaped(name), unbroken(value), escaped(note)]),
)}
${figures.map((figure) => `${figureOf(figure)}\n${numbersOf(figure)}`).join("\n")}
${preconditioner === undefined ? "" : matrixTable("Γ, the step that the layer takes", preconditioner)}
${optimum?.preconditioner === undefined ? "" : matrixTable("Γ*, the step of theory", optimum.preconditioner)}
${optimum === undefined ? "" : `<p class="faint">Theory holds where: ${escaped(optimum.hypotheses.join("; "))}.</p>`}
<h2>Config</h2>
<pre>${escaped(JSON.stringify(config, null, 2))}</pre>`,
  );
}

/** A longer row is for the weight files. */
const MOST_COLUMNS = 12;

function matrixTable(caption: string, rows: readonly (readonly number[])[]): string {
  if (rows.length > MOST_COLUMNS) return "";
  return table(
    caption,
    ["", ...rows.map((_, j) => `column ${j + 1}`)],
    rows.map((row, i) => [`row ${i + 1}`, ...row.map((entry) => formatNumber(entry, 4))]),
  );
}
