import { ShapeError } from "@onestep/core";

/**
 * Lets batches of one query a prompt through: predictions, losses and gradients are counted by prompts.
 *
 * @throws ShapeError for several queries a prompt
 */
export function requireOneQuery(where: string, { queries = 1 }: { readonly queries?: number }): void {
  if (queries === 1) return;
  throw new ShapeError({
    where,
    expected: "prompts of one query each",
    arrived: `${queries} queries a prompt`,
    hint: "repeat the context for every query, as splitQueries of @onestep/data does",
  });
}
