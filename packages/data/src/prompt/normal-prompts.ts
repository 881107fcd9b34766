import type { PromptBatch } from "@onestep/core";
import { fillLinearPrompts, type LinearPrompts, type PromptRange } from "@onestep/kernels";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { FromNormals } from "../define/from-normals.ts";
import type { PromptLaw } from "./prompt-law.ts";

/** Draws a range of prompts into the arrays of a batch of as many. */
export type DrawPrompts = (range: PromptRange, into: PromptBatch) => void;

/**
 * Draws prompts of a linear law whose rows, tasks and noise are made of standard normals.
 *
 * @returns undefined where anything in a prompt is not a fixed number of normals
 */
export function normalPrompts(law: PromptLaw): DrawPrompts | undefined {
  const prompts = linearPromptsOf(law);
  return prompts && ((range, into) => fillLinearPrompts(prompts, range, into));
}

function linearPromptsOf(law: PromptLaw): LinearPrompts | undefined {
  const { contextLength, dimension, queries } = law;
  const [rows, queryRows] = [rowsFromNormals(law.covariates), rowsFromNormals(law.queryCovariates)];
  const taskVectors = law.targetOnCovariates.draw.drawTaskVector?.fromNormals;
  const { deviation } = law.noise.drawLevel;
  if (law.leastContextLength !== undefined || deviation === undefined) return undefined;
  if (!rows || !queryRows || !taskVectors) return undefined;
  return { contextLength, dimension, queries, rows, queryRows, taskVectors, deviation };
}

/** What makes the rows of every prompt out of normals. */
export function rowsFromNormals({ perPrompt, drawRows }: CovariateLaw): FromNormals | undefined {
  return perPrompt === undefined ? drawRows.fromNormals : undefined;
}
