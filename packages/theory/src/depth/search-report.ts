/** How a multi-start search went: its answer is the best minimum found, an upper bound on the least one. */
export interface SearchReport<Start> {
  /** How many starting points were descended from; 0 where the answer needs no search */
  readonly starts: number;
  /** How often the loss was computed, over all of the search */
  readonly evaluations: number;
  /** The starting point that led to the answer; null where there was no search */
  readonly bestStart: Start | null;
  /** The losses of the distinct local minima found, best first; at most ten */
  readonly localMinima: readonly number[];
}

/** The report of an answer that is known without a search. */
export function withoutSearch(loss: number): SearchReport<never> {
  return { starts: 0, evaluations: 0, bestStart: null, localMinima: [loss] };
}

/** Ascending losses without repetitions, where two that agree to nine digits are one minimum; at most ten. */
export function distinctMinima(losses: readonly number[]): number[] {
  return losses.filter((loss, at) => at === 0 || loss - losses[at - 1] > 1e-9 * loss).slice(0, 10);
}
