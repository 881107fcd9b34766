import { childKey } from "@onestep/core";
import { openStream } from "@onestep/kernels";
import { requireRoom } from "../define/room.ts";
import type { OpenPrompt } from "./open-prompt.ts";

/** Rows between one query and the next in the order below. */
const ROWS_OF_A_QUERY = 4;

/**
 * Asks a target whose values are drawn one after another for all of a prompt's values, in an order that neither a longer
 * context nor another query changes: the first query, four rows, the next query, four more rows, and so on for ever.
 * A prompt needs a beginning of that order, and in it perhaps queries or rows that it does not have: they are drawn at
 * their own addresses all the same, and forgotten.
 *
 * @param queries how many the prompt has
 * @throws DomainError for more points than the target can hold in memory
 */
export function settleValues({ key, rows, queries: query, target, length }: OpenPrompt, queries: number): void {
  const { dimension } = rows;
  const rowCount = Math.max(length, ROWS_OF_A_QUERY * (queries - 1));
  const queryCount = Math.max(queries, Math.ceil(length / ROWS_OF_A_QUERY));
  requireRoom("samplePrompts", {
    what: `a target whose values at ${rowCount + queryCount} points depend on one another`,
    numbers: (rowCount + queryCount) ** 2 / 2 + (rowCount + queryCount) * dimension,
    hint: "choose a shorter context, or random-features, which has the same moments",
  });
  const covariates = new Float64Array(rowCount * dimension);
  rows.drawRows(openStream(childKey(key, "covariates")), rowCount, covariates, 0);
  const point = new Float64Array(dimension);
  for (let k = 0; k < queryCount; k++) {
    query.drawRows(openStream(childKey(key, "query", k)), 1, point, 0);
    target.at(point, 0);
    const last = Math.min((k + 1) * ROWS_OF_A_QUERY, rowCount);
    for (let row = k * ROWS_OF_A_QUERY; row < last; row++) target.at(covariates, row * dimension);
  }
}
