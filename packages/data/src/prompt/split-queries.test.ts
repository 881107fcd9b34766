import { randomKey } from "@onestep/core";
import { expect, test } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "./sample-prompts.ts";
import { splitQueries } from "./split-queries.ts";

const lawOf = (parts: object): ReturnType<typeof parsePromptLaw> =>
  parsePromptLaw({
    contextLength: { law: "uniform", from: 1, to: 3 },
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "single-index", link: "relu" },
    noise: { law: "gaussian", variance: 0.1 },
    ...parts,
  });

test("every query comes with its own copy of the context", () => {
  const shared = samplePrompts(lawOf({ queries: 2 }), { key: randomKey(1), count: 3 });
  const split = splitQueries(shared);
  expect(split.count).toBe(6);
  expect(split.queries).toBeUndefined();
  expect(split.queryCovariates).toEqual(shared.queryCovariates);
  expect(split.queryResponses).toEqual(shared.queryResponses);
  for (let prompt = 0; prompt < 6; prompt++) {
    const context = Math.floor(prompt / 2);
    expect(split.lengths![prompt]).toBe(shared.lengths![context]);
    expect(split.covariates.slice(6 * prompt, 6 * prompt + 6)).toEqual(
      shared.covariates.slice(6 * context, 6 * context + 6),
    );
    expect(split.responses.slice(3 * prompt, 3 * prompt + 3)).toEqual(
      shared.responses.slice(3 * context, 3 * context + 3),
    );
  }
});

test("a batch of one query a prompt is passed on", () => {
  const prompts = samplePrompts(lawOf({}), { key: randomKey(1), count: 3 });
  expect(splitQueries(prompts)).toBe(prompts);
});
