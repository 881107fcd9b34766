import type { PromptBatch, RandomKey } from "@onestep/core";
import { fillNormalsOfChildren } from "@onestep/kernels";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { FromNormals } from "../define/from-normals.ts";
import { addLinearValues } from "./linear-responses.ts";
import type { PromptLaw } from "./prompt-law.ts";

/** Draws the prompts at some keys, at most `most` of them, into the places of a batch from `first` on. */
export type DrawPrompts = (keys: readonly RandomKey[], into: PromptBatch, first: number) => void;

/** How prompts are made, where they are made of standard normals alone. */
interface NormalRecipe {
  readonly rows: FromNormals;
  readonly queries: FromNormals;
  readonly taskVectors: FromNormals;
  /** σ */
  readonly deviation: number;
}

/**
 * Draws prompts of a linear Gaussian law part by part: the tasks of all, then the queries of all, their rows and their
 * noise. Each number is the one that its prompt has at that address.
 *
 * @param most how many prompts are drawn together
 * @returns undefined where anything in a prompt is not a fixed number of normals
 */
export function normalPrompts(law: PromptLaw, most: number): DrawPrompts | undefined {
  const recipe = recipeOf(law);
  if (recipe === undefined) return undefined;
  const { contextLength: n, dimension: d, queries } = law;
  const { deviation } = recipe;
  const tasks = new Float64Array(most * d);
  const asked = new Float64Array(most * (d + 1));

  /** A query's covariate and its noise come from one stream. */
  const drawQuery: (query: number, ...prompts: Parameters<DrawPrompts>) => void = (query, keys, into, first) => {
    const { queryCovariates: covariates, queryResponses: responses } = into;
    fillNormalsOfChildren(keys, { label: "query", index: query }, { into: asked, offset: 0, size: d + 1 });
    for (let j = 0; j < keys.length; j++) {
      const [at, place] = [j * (d + 1), (first + j) * queries + query];
      for (let i = 0; i < d; i++) covariates[place * d + i] = asked[at + i];
      responses[place] = asked[at + d];
      recipe.queries(covariates, place * d, 1);
      addLinearValues({ covariates, responses, first: place, count: 1 }, tasks, j * d, d, deviation);
    }
  };
  const drawContexts: DrawPrompts = (keys, { covariates, responses }, first) => {
    fillNormalsOfChildren(keys, { label: "covariates" }, { into: covariates, offset: first * n * d, size: n * d });
    if (deviation === 0) responses.fill(0, first * n, (first + keys.length) * n);
    else fillNormalsOfChildren(keys, { label: "noise" }, { into: responses, offset: first * n, size: n });
    for (let j = 0; j < keys.length; j++) {
      const row = (first + j) * n;
      recipe.rows(covariates, row * d, n);
      addLinearValues({ covariates, responses, first: row, count: n }, tasks, j * d, d, deviation);
    }
  };

  return (keys, into, first) => {
    fillNormalsOfChildren(keys, { label: "task" }, { into: tasks, offset: 0, size: d });
    recipe.taskVectors(tasks, 0, keys.length);
    for (let query = 0; query < queries; query++) drawQuery(query, keys, into, first);
    drawContexts(keys, into, first);
  };
}

function recipeOf(law: PromptLaw): NormalRecipe | undefined {
  const [rows, queries] = [rowsFromNormals(law.covariates), rowsFromNormals(law.queryCovariates)];
  const taskVectors = law.targetOnCovariates.draw.drawTaskVector?.fromNormals;
  const { deviation } = law.noise.drawLevel;
  if (law.leastContextLength !== undefined || deviation === undefined) return undefined;
  return rows && queries && taskVectors && { rows, queries, taskVectors, deviation };
}

/** What makes the rows of every prompt out of normals. */
export function rowsFromNormals({ perPrompt, drawRows }: CovariateLaw): FromNormals | undefined {
  return perPrompt === undefined ? drawRows.fromNormals : undefined;
}
