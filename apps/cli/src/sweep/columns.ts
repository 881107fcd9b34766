import type { Json } from "@onestep/data";
import type { SweepRow } from "./sweep-point.ts";

/** A column of a table: numbers, or text; null where a row has none. */
export type Column =
  | { readonly name: string; readonly type: "DOUBLE"; readonly data: readonly (number | null)[] }
  | { readonly name: string; readonly type: "STRING"; readonly data: readonly (string | null)[] };

/**
 * The rows of a sweep as flat columns: what was changed by its path (`point.law.noise.variance`), then everything of the
 * report, with dots between the names (`config.training.steps`). A list stands as JSON, and so does a column in which
 * rows differ in kind.
 */
export function columnsOf(rows: readonly SweepRow[]): Column[] {
  const flat = rows.map((row) => new Map(flatten(row as unknown as Json, "")));
  const names = [...new Set(flat.flatMap((cells) => [...cells.keys()]))];
  return names.map((name): Column => {
    const cells = flat.map((row) => row.get(name) ?? null);
    const present = cells.filter((cell) => cell !== null);
    if (present.every((cell) => typeof cell === "number")) return { name, type: "DOUBLE", data: cells as number[] };
    const isText = present.every((cell) => typeof cell === "string");
    const text = cells.map((cell) => (cell === null || isText ? (cell as string | null) : JSON.stringify(cell)));
    return { name, type: "STRING", data: text };
  });
}

function flatten(value: Json, prefix: string): [string, Json][] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [[prefix, value]];
  return Object.entries(value).flatMap(([name, inner]) => flatten(inner, prefix === "" ? name : `${prefix}.${name}`));
}
