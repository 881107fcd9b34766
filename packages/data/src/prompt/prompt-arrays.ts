import { ShapeError, type PromptBatch } from "@onestep/core";
import { requireRoom } from "../define/room.ts";
import type { PromptLaw } from "./prompt-law.ts";

/**
 * Arrays for prompts of a law, all zero.
 *
 * @throws DomainError for more than fits in memory
 */
export function promptArrays(law: PromptLaw, count: number): PromptBatch {
  const { contextLength, dimension, queries } = law;
  const lengths = arrayLengths(law, count);
  requireRoom("samplePrompts", {
    what: `${count} prompts of ${contextLength} rows in ${dimension} dimensions`,
    numbers: Object.values(lengths).reduce((sum, length) => sum + length, 0),
    hint: "draw fewer prompts at a time (promptBatches), or choose a shorter context",
  });
  return {
    count,
    contextLength,
    dimension,
    covariates: new Float64Array(lengths.covariates),
    responses: new Float64Array(lengths.responses),
    queryCovariates: new Float64Array(lengths.queryCovariates),
    queryResponses: new Float64Array(lengths.queryResponses),
    ...(queries === 1 ? {} : { queries }),
    ...(lengths.lengths === 0 ? {} : { lengths: new Int32Array(lengths.lengths) }),
  };
}

/** @throws ShapeError unless a batch has the arrays of `count` prompts of a law */
export function requirePromptArrays(where: string, batch: PromptBatch, law: PromptLaw, count: number): void {
  for (const [name, length] of Object.entries(arrayLengths(law, count))) {
    const arrived = batch[name as keyof ArrayLengths]?.length ?? 0;
    if (arrived === length) continue;
    throw new ShapeError({
      where: `${where}.${name}`,
      expected: `${length} numbers, for ${count} prompts of this law`,
      arrived: String(arrived),
      hint: "pass a batch that was drawn from the same law with the same count",
    });
  }
}

type ArrayLengths = Record<"covariates" | "responses" | "queryCovariates" | "queryResponses" | "lengths", number>;

function arrayLengths(
  { contextLength, leastContextLength, dimension, queries }: PromptLaw,
  count: number,
): ArrayLengths {
  return {
    covariates: count * contextLength * dimension,
    responses: count * contextLength,
    queryCovariates: count * queries * dimension,
    queryResponses: count * queries,
    lengths: leastContextLength === undefined ? 0 : count,
  };
}
