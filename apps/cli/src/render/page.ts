import { figureColumns, figureRows, figureSvg, type Figure } from "@onestep/lab";
import { formatNumber } from "./number.ts";

/** A page that needs nothing beside itself: no network, no script, tables for the ear. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body}
</main>
</body>
</html>
`;
}

/** A figure as it is drawn. */
export function figureOf(figure: Figure): string {
  const legend = figure.series.some(({ theory }) => theory) ? " Dashed and hollow: closed form." : "";
  return `<figure>
${figureSvg(figure)}
<figcaption>${escaped(figure.title)}.${legend}</figcaption>
</figure>`;
}

/** The numbers of a figure, folded away. */
export function numbersOf(figure: Figure): string {
  return `<details><summary>The figure’s numbers</summary>
${table(
  `${figure.y.label} against ${figure.x.label}`,
  figureColumns,
  figureRows(figure).map((row) =>
    row.map((cell) => (typeof cell === "number" ? formatNumber(cell) : escaped(cell ?? ""))),
  ),
)}
</details>`;
}

/** Cells are HTML; the first of a row names it. */
export function table(caption: string, head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows.map(
    ([name, ...cells]) => `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`,
  );
  return `<div class="wide"><table><caption>${escaped(caption)}</caption>
<thead><tr>${head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join("")}</tr></thead>
<tbody>${body.join("\n")}</tbody></table></div>`;
}

/** Text inside HTML. */
export function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}

/** A number with its error on one line; words around it may break. */
export function unbroken(content: string): string {
  return escaped(content).replaceAll(" ", "\u00a0");
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
