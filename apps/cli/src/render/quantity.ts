import type { QuantityDocument } from "@onestep/lab";
import { sources, type Citation } from "@onestep/theory";
import { plainFormula } from "./formula.ts";
import { formatEstimate, formatNumber } from "./number.ts";
import type { Style } from "./style.ts";

/** A quantity for people: what it is, its values, then its passport. */
export function renderQuantity(document: QuantityDocument, summary: string, style: Style): string {
  const { quantity, formula, hypotheses, source, ...values } = document;
  const { value, ...unfolded } = values;
  const lines = [
    `${style.strong(quantity)}  ${summary}`,
    "",
    ...renderValue(value === undefined ? unfolded : value),
    "",
    ...labelled("formula", [plainFormula(formula)], style),
    ...labelled("hypotheses", hypotheses, style),
    ...labelled("source", [describeSource(source)], style),
  ];
  return `${lines.map((line) => `  ${line}`.trimEnd()).join("\n")}\n`;
}

/** Named values one below the other, a value alone on its line, a matrix by its rows. */
function renderValue(value: unknown): string[] {
  if (isMatrix(value)) return matrixLines(value);
  if (Array.isArray(value))
    return value.some(isNamed) ? value.flatMap((entry, i) => numbered(entry, i, value.length)) : [listLine(value)];
  if (!isNamed(value)) return [scalarText(value)];
  const { estimate, standardError } = value;
  if (typeof estimate === "number" && typeof standardError === "number")
    return [formatEstimate(estimate, standardError, 6)];
  const shown = Object.entries(value).filter(([, entry]) => entry !== null);
  const width = Math.max(...shown.map(([name]) => inWords(name).length)) + 2;
  return shown.flatMap(([name, entry]) => beside(inWords(name).padEnd(width), renderValue(entry)));
}

/** Lists of named values: their number leads, unless there is only one. */
function numbered(entry: unknown, index: number, count: number): string[] {
  return count === 1 ? renderValue(entry) : beside(`${index + 1}  `, renderValue(entry));
}

function beside(label: string, lines: readonly string[]): string[] {
  return lines.map((line, i) => `${i === 0 ? label : " ".repeat(label.length)}${line}`);
}

function labelled(label: string, lines: readonly string[], style: Style): string[] {
  return lines.map((line, i) => style.faint(`${(i === 0 ? label : "").padEnd(12)}${line}`));
}

function matrixLines(rows: readonly (readonly number[])[]): string[] {
  const cells = rows.map((row) => row.map((entry) => formatNumber(entry, 6)));
  const width = Math.max(...cells.flat().map((cell) => cell.length));
  return cells.map((row) => row.map((cell) => cell.padStart(width)).join("  "));
}

function listLine(entries: readonly unknown[]): string {
  return entries.length === 0 ? "none" : entries.map(scalarText).join("  ");
}

function scalarText(value: unknown): string {
  return typeof value === "number" ? formatNumber(value, 12) : String(value);
}

/** `bestPolynomialLoss` → `best polynomial loss` */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
}

/** A paper as a reader looks it up; a derivation of our own by the function whose documentation carries it. */
function describeSource({ key, locator }: Citation): string {
  const paper = sources.find((source) => source.key === key);
  if (paper === undefined || key === "onestep") return `${key}, ${locator}`;
  const { authors, year, arXiv, venue } = paper;
  return `${authors} (${year}), ${arXiv === undefined ? (venue ?? "") : `arXiv ${arXiv}`}: ${locator}`;
}

function isNamed(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isMatrix(value: unknown): value is readonly (readonly number[])[] {
  return Array.isArray(value) && value.length > 0 && value.every((row) => Array.isArray(row));
}
