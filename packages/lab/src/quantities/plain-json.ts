import { NumericalError, toRows, type Matrix } from "@onestep/core";
import type { Json } from "@onestep/data";

/** What a closed form may hold and JSON can say: matrices become rows, exact integers decimal strings. */
export type Printable =
  | null
  | boolean
  | number
  | bigint
  | string
  | Matrix
  | readonly Printable[]
  | { readonly [name: string]: Printable };

/**
 * A value in plain JSON. The one infinity that has a meaning, a risk without bound, becomes `"infinite"`.
 *
 * @throws NumericalError for a NaN or −∞: no such number leaves onestep
 *
 * @example
 * plainJson({ risk: Infinity, moments: [28n] }, "here"); // => { risk: "infinite", moments: ["28"] }
 */
export function plainJson(value: Printable, where: string): Json {
  if (typeof value === "number") return finiteOrInfinite(value, where);
  if (typeof value === "bigint") return String(value);
  if (value === null || typeof value !== "object") return value;
  if (isMatrix(value)) return plainJson(toRows(value), where);
  if (isList(value)) return value.map((entry) => plainJson(entry, where));
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plainJson(entry, `${where}.${name}`)]));
}

function finiteOrInfinite(value: number, where: string): number | "infinite" {
  if (Number.isFinite(value)) return value;
  if (value === Infinity) return "infinite";
  throw new NumericalError({
    where,
    expected: "a number",
    arrived: String(value),
    hint: "rescale the law so that its responses have variance near 1",
  });
}

function isMatrix(value: object): value is Matrix {
  return "values" in value && value.values instanceof Float64Array;
}

function isList(value: Printable): value is readonly Printable[] {
  return Array.isArray(value);
}
