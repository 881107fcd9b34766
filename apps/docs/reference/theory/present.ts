import type { QuantityDocument } from "@onestep/lab";

/** One value of a document, as a page shows it: words and numbers in full, a matrix by its rows. */
export type Shown =
  | { readonly name: string; readonly text: string }
  | { readonly name: string; readonly rows: readonly (readonly string[])[] };

/** The values of a document in the order in which it has them, nested ones by their path: `strata 1, step moment`. */
export function valuesOf(document: QuantityDocument): readonly Shown[] {
  const { quantity, formula: _formula, hypotheses: _hypotheses, source: _source, value, ...unfolded } = document;
  return value === undefined ? present("", unfolded) : present(isNamed(value) ? "" : inWords(quantity), value);
}

/** The answer in one line: its numbers that are no matrices, three at most. */
export function headlineOf(values: readonly Shown[]): string {
  const lines = values.flatMap((shown) => {
    if ("text" in shown) return [`${shown.name} = ${shown.text}`];
    return values.length === 1 && shown.rows.length === 1 ? [`${shown.name} = ${shown.rows[0].join(", ")}`] : [];
  });
  return lines.length === 0 ? "The answer is a matrix, below." : lines.slice(0, 3).join(" · ");
}

function present(name: string, value: unknown): readonly Shown[] {
  if (value === null || value === undefined) return [];
  if (isNamed(value)) {
    return Object.entries(value).flatMap(([key, entry]) =>
      present([name, inWords(key)].filter((word) => word !== "").join(", "), entry),
    );
  }
  if (!Array.isArray(value)) return [{ name, text: textOf(value) }];
  if (value.every((entry) => Array.isArray(entry))) {
    return [{ name, rows: value.map((row: readonly unknown[]) => row.map(briefly)) }];
  }
  if (value.some(isNamed)) {
    return value.flatMap((entry, i) => present(value.length === 1 ? name : `${name} ${i + 1}`, entry));
  }
  return [{ name, rows: [value.map(textOf)] }];
}

/** A number with all its digits, which is how two of them can be compared. */
function textOf(value: unknown): string {
  return String(value).replace(/^-/, "−");
}

/** An entry of a matrix with six digits: the document has them all. */
function briefly(value: unknown): string {
  return textOf(typeof value === "number" ? Number(value.toPrecision(6)) : value);
}

/** `bestPolynomialLoss` → `best polynomial loss` */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`).replaceAll("-", " ");
}

function isNamed(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
