import { fillNormalsOfChildren } from "@onestep/kernels";
import { rowsFromNormals, type DrawPrompts } from "./normal-prompts.ts";
import { drawQueries, drawResponses, drawRows, openPrompt } from "./open-prompt.ts";
import type { PromptLaw } from "./prompt-law.ts";

/** Draws prompts of any law one after another; only rows that are made of normals are drawn for all of them at once. */
export function anyPrompts(law: PromptLaw): DrawPrompts {
  const { contextLength: n, dimension: d, leastContextLength } = law;
  const fromNormals = leastContextLength === undefined ? rowsFromNormals(law.covariates) : undefined;
  return (keys, into, first) => {
    const { covariates, responses } = into;
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
  };
}
