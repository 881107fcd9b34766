/** Plain JSON: what law files are read from and what reports record. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object with its entries in the order a reader expects. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** Whether a value is an object with named entries: neither a list nor `null`. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A value in the few words an error message has room for: `NaN`, `"relu"`, `a list of 3`, `nothing`. */
export function describeValue(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isObject(value)) return `an object with ${Object.keys(value).join(", ") || "no entries"}`;
  if (value === null || typeof value === "number" || typeof value === "boolean") return String(value);
  return `a ${typeof value}`;
}
