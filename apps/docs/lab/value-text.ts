import type { Json } from "@onestep/data";

/**
 * What someone wrote for a value, as the command line reads it: JSON where it is JSON, and otherwise text.
 *
 * @example
 * [valueOfText("[2, 1]"), valueOfText("identity")]; // => [[2, 1], "identity"]
 */
export function valueOfText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/** A value as it is written: the same words the other way. */
export function textOfValue(value: Json | undefined): string {
  if (value === undefined) return "";
  return typeof value === "string" && valueOfText(value) === value ? value : JSON.stringify(value);
}
