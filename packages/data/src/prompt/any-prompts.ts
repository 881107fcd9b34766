import { childKey, type RandomKey } from "@onestep/core";
import { fillNormalsOfChildren, type PromptRange } from "@onestep/kernels";
import { rowsFromNormals, type DrawPrompts } from "./normal-prompts.ts";
import { drawQueries, drawResponses, drawRows, openPrompt } from "./open-prompt.ts";
import type { PromptLaw } from "./prompt-law.ts";

/** Prompts whose normals are drawn together: a few, so that their rows stay in the cache. */
const TOGETHER = 16;

/** Draws prompts of any law one after another; only rows that are made of normals are drawn for a few of them at once. */
export function anyPrompts(law: PromptLaw): DrawPrompts {
  const { contextLength: n, dimension: d, leastContextLength } = law;
  const fromNormals = leastContextLength === undefined ? rowsFromNormals(law.covariates) : undefined;
  return (range, into) => {
    const { covariates, responses } = into;
    for (let first = 0; first < range.count; first += TOGETHER) {
      const keys = promptKeys(range, first, Math.min(first + TOGETHER, range.count));
      if (fromNormals !== undefined)
        fillNormalsOfChildren(keys, { label: "covariates" }, { into: covariates, offset: first * n * d, size: n * d });
      for (const [j, key] of keys.entries()) {
        const [prompt, row] = [openPrompt(law, key), (first + j) * n];
        const end = row + prompt.length;
        if (into.lengths !== undefined) into.lengths[first + j] = prompt.length;
        drawQueries(law, prompt, into, first + j);
        if (fromNormals !== undefined) fromNormals(covariates, row * d, n);
        else drawRows(prompt, into, row, d);
        drawResponses(prompt, into, row, d);
        covariates.fill(0, end * d, (row + n) * d);
        responses.fill(0, end, row + n);
      }
    }
  };
}

/** The keys of prompts `first`, …, `last` − 1 of a range. */
function promptKeys({ key, from }: PromptRange, first: number, last: number): readonly RandomKey[] {
  return Array.from({ length: last - first }, (_, j) => childKey(key, "prompt", from + first + j));
}
