import type { Json, JsonObject } from "@onestep/data";

/** The parts of a law, as the command line's flags name them. */
export const LAW_PARTS = ["covariates", "target", "tasks", "noise", "query"] as const;
export type LawPart = (typeof LAW_PARTS)[number];

/**
 * A law in the words of the command line, which `lawFileOfFlags` reads back: its name, then its parameters. Values are
 * JSON, and text where that cannot be mistaken.
 *
 * @example
 * lawText({ law: "student", degreesOfFreedom: 5, covariance: [2, 1] }); // => "student:degreesOfFreedom=5,covariance=[2,1]"
 */
export function lawText({ law, ...parameters }: JsonObject): string {
  const values = Object.entries(parameters).map(([name, value]) => `${name}=${valueText(value as Json)}`);
  return values.length === 0 ? String(law) : `${String(law)}:${values.join(",")}`;
}

/** A value in the same words: JSON, and plain text where that cannot be mistaken for JSON. */
export function valueText(value: Json): string {
  return typeof value === "string" && isPlain(value) ? value : JSON.stringify(value);
}

/**
 * What someone wrote for a value: JSON where it is JSON, and otherwise text.
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

/** The parts of a law file by their flags; tasks stand by themselves where their target has them at hand. */
export function lawParts(law: JsonObject): Readonly<Partial<Record<LawPart, JsonObject>>> {
  const { tasks, ...target } = law["target"] as JsonObject;
  const query = (law["query"] as JsonObject | undefined)?.["covariates"] as JsonObject | undefined;
  return {
    covariates: law["covariates"] as JsonObject,
    target,
    ...(tasks === undefined ? {} : { tasks: tasks as JsonObject }),
    noise: law["noise"] as JsonObject,
    ...(query === undefined ? {} : { query }),
  };
}

function isPlain(text: string): boolean {
  return /^[^\s",:=[\]{}]+$/.test(text) && valueOfText(text) === text;
}
