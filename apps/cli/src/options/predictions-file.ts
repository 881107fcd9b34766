import type { PromptBatch } from "@onestep/core";
import { LARGEST_MEASURABLE, promptsFromCsv } from "@onestep/data";
import { UsageError } from "../errors.ts";
import { readText } from "./json-file.ts";

/** Prompts, and what a model said of each. */
export interface PredictedPrompts {
  readonly prompts: PromptBatch;
  readonly predictions: Float64Array;
}

const hint = "its header is prompt,role,x1,…,xd,y,prediction; onestep export --to csv writes all but the last column";

/**
 * Reads a table of prompts with one column more: in the row of a prompt's query, what a model predicts; in rows of its
 * context, nothing that matters. `-` reads standard input.
 *
 * @throws UsageError for a file that cannot be read, another header, or a query without a number; and as `promptsFromCsv`
 */
export function readPredictions(path: string): PredictedPrompts {
  const text = readText(path, { flag: "--predictions", what: "a table of prompts with predictions", hint });
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== "")
    .map((line) => {
      const cut = line.lastIndexOf(",");
      return { prompt: line.slice(0, cut), last: line.slice(cut + 1).trim() };
    });
  if (rows[0]?.last !== "prediction") {
    throw refused(path, "a last column named prediction", rows[0] === undefined ? "nothing" : rows[0].last);
  }
  const prompts = promptsFromCsv(rows.map(({ prompt }) => prompt).join("\n"), { largest: LARGEST_MEASURABLE });
  // Prompts are numbered as they first appear, and so are their predictions.
  const order = new Map<string, number>();
  const predictions = new Float64Array(prompts.count);
  rows.slice(1).forEach(({ prompt, last }, at) => {
    const [name, role] = prompt.split(",");
    if (!order.has(name)) order.set(name, order.size);
    if (role !== "query") return;
    const value = last === "" ? NaN : Number(last);
    if (!Number.isFinite(value)) throw refused(`${path}, line ${at + 2}`, "a number in the row of a query", last);
    predictions[order.get(name)!] = value;
  });
  return { prompts, predictions };
}

function refused(where: string, expected: string, arrived: string): UsageError {
  return new UsageError({ where, expected, arrived: arrived === "" ? "an empty cell" : arrived, hint });
}
