import type { QuantityDocument } from "../commands/theory.ts";
import { formatNumber } from "./number.ts";

/** A quantity for people: its values, then its passport. */
export function renderQuantity(document: QuantityDocument): string {
  const { quantity, formula, hypotheses, source, ...values } = document;
  const lines = [
    quantity,
    ...Object.entries(values).flatMap(([name, value]) => renderValue(name, value)),
    `  formula     ${formula}`,
    ...hypotheses.map((hypothesis, i) => `  ${i === 0 ? "hypotheses" : "          "}  ${hypothesis}`),
    `  source      ${source.key}, ${source.locator}`,
  ];
  return `${lines.join("\n")}\n`;
}

function renderValue(name: string, value: unknown): string[] {
  if (value === null) return [];
  if (!Array.isArray(value)) return [`  ${name.padEnd(16)}  ${typeof value === "number" ? formatNumber(value, 12) : String(value)}`];
  const rows = value as readonly (readonly number[])[];
  return rows.map((row, i) => `  ${(i === 0 ? name : "").padEnd(16)}  ${row.map((entry) => formatNumber(entry, 6).padStart(11)).join(" ")}`);
}
