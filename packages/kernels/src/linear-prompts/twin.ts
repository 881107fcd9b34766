import { childKey, type PromptBatch } from "@onestep/core";
import { fillNormalsOfChildren } from "../normals/fill-normals-of-children.ts";
import { openStream } from "../normals/open-stream.ts";
import type { LinearPrompts, PromptRange } from "./linear-prompts.ts";
import { addLinearValues } from "./linear-values.ts";

/** Prompts whose rows are drawn together: a few, so that they stay in the cache. */
const TOGETHER = 16;

/** Draws linear prompts one after another, but for the normals of their rows. */
export function fillOneByOne(prompts: LinearPrompts, { key, from, count }: PromptRange, into: PromptBatch): void {
  const { contextLength: n, dimension: d, queries, deviation } = prompts;
  const { covariates, responses, queryCovariates, queryResponses } = into;
  const task = new Float64Array(d);
  for (let first = 0; first < count; first += TOGETHER) {
    const last = Math.min(first + TOGETHER, count);
    const keys = Array.from({ length: last - first }, (_, j) => childKey(key, "prompt", from + first + j));
    fillNormalsOfChildren(keys, { label: "covariates" }, { into: covariates, offset: first * n * d, size: n * d });
    if (deviation === 0) responses.fill(0, first * n, last * n);
    else fillNormalsOfChildren(keys, { label: "noise" }, { into: responses, offset: first * n, size: n });
    for (let i = first; i < last; i++) {
      const prompt = keys[i - first];
      openStream(childKey(prompt, "task")).fillNormals(task, 0, d);
      prompts.taskVectors(task, 0, 1);
      for (let q = 0; q < queries; q++) {
        const [stream, place] = [openStream(childKey(prompt, "query", q)), i * queries + q];
        stream.fillNormals(queryCovariates, place * d, d);
        prompts.queryRows(queryCovariates, place * d, 1);
        queryResponses[place] = deviation === 0 ? 0 : stream.normal();
        const query = { covariates: queryCovariates, responses: queryResponses, first: place, count: 1 };
        addLinearValues(query, task, deviation);
      }
      prompts.rows(covariates, i * n * d, n);
      addLinearValues({ covariates, responses, first: i * n, count: n }, task, deviation);
    }
  }
}
