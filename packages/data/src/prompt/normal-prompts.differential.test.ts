import { randomKey } from "@onestep/core";
import { assert, constantFrom, integer, property, record } from "fast-check";
import { describe, expect, it } from "vitest";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { normalPrompts } from "./normal-prompts.ts";
import type { PromptLaw } from "./prompt-law.ts";
import { samplePrompts } from "./sample-prompts.ts";

/** The same law, of whose draws no more is known than that they are draws. */
function opaque(law: PromptLaw): PromptLaw {
  const { covariates, queryCovariates, targetOnCovariates, noise } = law;
  const opaqueRows = ({ drawRows, ...rest }: CovariateLaw): CovariateLaw => ({
    ...rest,
    drawRows: (...draw) => drawRows(...draw),
  });
  const rows = opaqueRows(covariates);
  return {
    ...law,
    covariates: rows,
    queryCovariates: queryCovariates === covariates ? rows : opaqueRows(queryCovariates),
    targetOnCovariates: { ...targetOnCovariates, draw: (stream) => targetOnCovariates.draw(stream) },
    noise: { ...noise, drawLevel: (...level) => noise.drawLevel(...level) },
  };
}

const covariates = [
  { law: "gaussian" },
  { law: "gaussian", covariance: 2 },
  { law: "gaussian", covariance: [2, 1, 3] },
  {
    law: "gaussian",
    covariance: [
      [2, 0.5, 0.3],
      [0.5, 1, -0.1],
      [0.3, -0.1, 3],
    ],
  },
  { law: "gaussian-ar1", correlation: 0.5 },
];
const tasks = [{ law: "gaussian" }, { law: "gaussian", covariance: [1, 2, 0], mean: [1, 0, -1] }];
const noise = [{ law: "gaussian", variance: 0.25 }, { law: "gaussian", variance: 0 }, { law: "none" }];

describe("normalPrompts, against prompts drawn one by one", () => {
  it("draws the same bytes, whatever the law and the batch", () => {
    const settings = record({
      covariates: constantFrom(...covariates),
      query: constantFrom(...covariates),
      tasks: constantFrom(...tasks),
      noise: constantFrom(...noise),
      contextLength: integer({ min: 1, max: 9 }),
      queries: integer({ min: 1, max: 3 }),
      count: integer({ min: 1, max: 40 }),
      seed: integer({ min: 0 }),
    });
    assert(
      property(settings, ({ covariates, query, tasks, noise, contextLength, queries, count, seed }) => {
        const law = parsePromptLaw({
          contextLength,
          dimension: 3,
          covariates,
          target: { law: "linear", tasks },
          noise,
          query: { covariates: query },
          queries,
        });
        expect(normalPrompts(law)).toBeDefined();
        const request = { key: randomKey(seed), count };
        expect(samplePrompts(law, request)).toEqual(samplePrompts(opaque(law), request));
      }),
    );
  });

  it.each([
    ["a target with a link", { target: { law: "single-index", link: "relu" } }],
    ["tasks that are not normal", { target: { law: "linear", tasks: { law: "rademacher" } } }],
    ["noise that is not normal", { noise: { law: "student", degreesOfFreedom: 5, variance: 1 } }],
    ["a noise level of each prompt", { noise: { law: "uniform-scale", max: 2 } }],
    ["rows of a longer recipe", { covariates: { law: "student", degreesOfFreedom: 5 } }],
    ["a covariance of each prompt", { covariates: { law: "gaussian-random-spectrum", rate: 1 } }],
    ["a length of each prompt", { contextLength: { law: "uniform", from: 1, to: 9 } }],
  ])("does not take a law with %s, whose prompts are the same all the same", (_, part) => {
    const law = parsePromptLaw({
      contextLength: 9,
      dimension: 3,
      covariates: { law: "gaussian" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: { law: "gaussian", variance: 1 },
      ...part,
    });
    expect(normalPrompts(law)).toBeUndefined();
    const request = { key: randomKey(2), count: 21 };
    expect(samplePrompts(law, request)).toEqual(samplePrompts(opaque(law), request));
  });
});
