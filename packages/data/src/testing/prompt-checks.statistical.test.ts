import { childKey, randomKey, scale, type RandomStream } from "@onestep/core";
import { expectPasses, expectRefuses, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { studentCovariates } from "../covariates/student.ts";
import type { DrawRows } from "../define/define-covariates.ts";
import type { Target } from "../define/define-target.ts";
import { parsePromptLaw } from "../law-file/parse.ts";
import { gaussianNoise } from "../noise/gaussian.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import type { Check } from "./check.ts";
import { promptChecks } from "./prompt-checks.ts";

const key = childKey(randomKey(seedForTests()), "prompt checks");
const plain = parsePromptLaw({
  contextLength: 4,
  covariates: { law: "gaussian", covariance: [1.5, 1, 0.5] },
  target: { law: "linear", tasks: { law: "gaussian" } },
  noise: { law: "gaussian", variance: 0.25 },
});
const skewed = parsePromptLaw({
  contextLength: 4,
  dimension: 2,
  covariates: { law: "exponential" },
  target: { law: "linear", tasks: { law: "skewed", skewness: 1.5, variance: 1 } },
  noise: { law: "none" },
});

const named = (law: PromptLaw, name: string): Check => promptChecks(law).find((check) => check.name === name)!;
const targeting = (law: PromptLaw, draw: (stream: RandomStream) => Target): PromptLaw => ({
  ...law,
  targetOnCovariates: { ...law.targetOnCovariates, draw },
});
let drawn = 0;

/** What is wrong · the law that says so · the check that must notice. */
const wrong: readonly (readonly [string, PromptLaw, string])[] = [
  [
    "noise that no moment knows of",
    { ...plain, noise: { ...plain.noise, moments: (over) => gaussianNoise({ variance: 0 }).moments(over) } },
    "loss of a step",
  ],
  [
    "a context moment that is too small",
    {
      ...plain,
      targetOnCovariates: {
        ...plain.targetOnCovariates,
        moments(...laws) {
          const stated = plain.targetOnCovariates.moments(...laws);
          return { ...stated, contextMoment: scale(stated.contextMoment, 0.6) };
        },
      },
    },
    "loss of a step",
  ],
  [
    "a proof that the even part does not help, where it does",
    { ...skewed, target: { ...skewed.target, declares: { ...skewed.target.declares, signSymmetric: true } } },
    "even part",
  ],
  [
    "statistics of another deviation than the noise has",
    { ...plain, noise: { ...plain.noise, drawDeviation: () => 1 } },
    "statistics",
  ],
  [
    "statistics of rows that are not Gaussian",
    {
      ...plain,
      covariates: { ...studentCovariates({ covariance: [1.5, 1, 0.5], degreesOfFreedom: 5 }), gaussian: true },
    },
    "statistics",
  ],
  [
    "a task that depends on the prompts before",
    targeting(plain, (stream) => {
      drawn += 1;
      const target = plain.targetOnCovariates.draw(stream);
      return drawn % 5 === 0 ? { ...target, at: () => 0 } : target;
    }),
    "draws",
  ],
  [
    "prompts drawn together out of other normals",
    {
      ...plain,
      covariates: {
        ...plain.covariates,
        drawRows: Object.assign((...of: Parameters<DrawRows>) => plain.covariates.drawRows(...of), {
          fromNormals: gaussianCovariates({ dimension: 3 }).drawRows.fromNormals,
        }),
      },
    },
    "draws",
  ],
  [
    "responses that the rows after them change",
    targeting(plain, (stream) => {
      const { at } = plain.targetOnCovariates.draw(stream);
      return { at: (covariates, offset) => at(covariates, offset) + covariates.length };
    }),
    "draws",
  ],
  [
    "a response that is no number",
    targeting(plain, (stream) => {
      const { at } = plain.targetOnCovariates.draw(stream);
      return { at: (covariates, offset) => Math.sqrt(at(covariates, offset)) };
    }),
    "draws",
  ],
];

describe("promptChecks", () => {
  it.each(wrong)("refuse %s", (_, law, name) => {
    expectRefuses(named(law, name), randomKey(0));
  });

  it("ask for no moment of a law that has too few", () => {
    const covariates = studentCovariates({ dimension: 2, degreesOfFreedom: 5 });
    const names = promptChecks({ ...skewed, covariates, queryCovariates: covariates }).map(({ name }) => name);
    expect(names).toEqual(["draws"]);
  });

  it.each([
    ["a random length and three queries", { contextLength: { law: "uniform", from: 1, to: 5 }, queries: 3 }],
    ["a query of its own", { query: { covariates: { law: "gaussian", covariance: [0.5, 1, 2] } } }],
    ["a single pair", { contextLength: 1 }],
  ])("pass a law with %s", (_, parts) => {
    const law = parsePromptLaw({
      contextLength: 4,
      covariates: { law: "gaussian", covariance: [1.5, 1, 0.5] },
      target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0.5, 2] } },
      noise: { law: "gaussian", variance: 0.25 },
      ...parts,
    });
    expect(promptChecks(law).map(({ name }) => name)).toEqual(["draws", "loss of a step", "even part", "statistics"]);
    for (const check of promptChecks(law)) expectPasses(check, key);
  });
});
