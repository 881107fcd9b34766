import { DomainError, ShapeError, type PromptBatch } from "@onestep/core";

/** A size that grows along the run. */
export interface Staircase {
  readonly from: number;
  readonly to: number;
  /** What each stage adds, default 1. */
  readonly by?: number;
  /** How many steps a stage lasts. */
  readonly every: number;
}

/**
 * A context length or dimension that grows in stages, for the prompts of a plan:
 * `prompts: (step) => draw(lawOf({ contextLength: n(step), dimension: d(step) }), step)`.
 *
 * @returns the size at a step
 * @throws DomainError unless all are whole numbers, at least 1, and from ≤ to
 *
 * Source: Garg et al., arXiv 2208.01066, Appendix A: d grows by 1 and n by 2 every 2000 steps.
 *
 * @example
 * [0, 1999, 2000, 9000].map(staircase({ from: 11, to: 41, by: 2, every: 2000 })); // => [11, 11, 13, 19]
 */
export function staircase({ from, to, by = 1, every }: Staircase): (step: number) => number {
  for (const [name, value] of Object.entries({ from, to, by, every })) {
    if (Number.isSafeInteger(value) && value >= 1 && from <= to) continue;
    throw new DomainError({
      where: `staircase.${name}`,
      expected: "whole numbers of at least 1, and from ≤ to",
      arrived: JSON.stringify({ from, to, by, every }),
      hint: "a curriculum begins with the easier prompts, such as from: 5, to: 20, every: 2000",
    });
  }
  return (step) => {
    if (step >= 0) return Math.min(to, from + by * Math.floor(step / every));
    throw new DomainError({
      where: "staircase",
      expected: "a step, counted from 0",
      arrived: String(step),
      hint: "prompts of a plan are asked for by step",
    });
  };
}

/**
 * Prompts of a smaller dimension as prompts of a larger one, with zeros for the coordinates that they lack, so that one
 * layer can be trained on a growing dimension.
 *
 * @throws ShapeError where the prompts have more coordinates than that
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * Array.from(inDimension(2, prompts).covariates); // => [2, 0]
 */
export function inDimension(dimension: number, prompts: PromptBatch): PromptBatch {
  const own = prompts.dimension;
  if (!(Number.isSafeInteger(dimension) && dimension >= own)) {
    throw new ShapeError({
      where: "inDimension",
      expected: `a whole dimension of at least ${own}, that of the prompts`,
      arrived: String(dimension),
      hint: "give the layer the largest dimension of the curriculum",
    });
  }
  const widen = (rows: Float64Array): Float64Array => {
    const wide = new Float64Array((rows.length / own) * dimension);
    rows.forEach((entry, at) => (wide[Math.floor(at / own) * dimension + (at % own)] = entry));
    return wide;
  };
  const { covariates, queryCovariates } = prompts;
  return { ...prompts, dimension, covariates: widen(covariates), queryCovariates: widen(queryCovariates) };
}
