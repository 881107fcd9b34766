import { childKey, randomKey } from "@onestep/core";
import { expectPlausible, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { testMomentConditions } from "./moment-conditions.ts";
import { promptRows } from "./prompt-rows.ts";

const key = childKey(randomKey(seedForTests()), "moment conditions");
const gaussian = { law: "gaussian" };
const linear = { law: "linear", tasks: { law: "gaussian" } };
const noise = { law: "gaussian", variance: 0.25 };
const isotropicOnes = ["Σ ∝ I", "E₂ ∝ I", "C ∝ I"];
const evenOnes = ["E[βc] = 0", "E[βS] = 0", "E[bc] = 0", "E[b⊗S] = 0"];

/** Which conditions fail on a law; all others hold. */
const laws: readonly (readonly [string, object, readonly string[]])[] = [
  ["isotropic", { covariates: gaussian, target: linear, noise }, []],
  ["rademacher", { covariates: { law: "rademacher" }, target: linear, noise }, []],
  ["relu", { covariates: gaussian, target: { law: "single-index", link: "relu" }, noise }, []],
  [
    "Theorem 2",
    {
      covariates: { law: "gaussian", covariance: [1, 4] },
      target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0.25] } },
      noise,
    },
    isotropicOnes,
  ],
  [
    "anisotropic",
    { covariates: { law: "gaussian", covariance: [1, 4] }, target: linear, noise },
    [...isotropicOnes, "C ∝ E₂"],
  ],
  [
    "tasks with a mean",
    {
      covariates: gaussian,
      target: { law: "linear", tasks: { law: "gaussian", covariance: 0.3, mean: [2, 0] } },
      noise,
    },
    ["E₂ ∝ I", "C ∝ I", "C ∝ E₂", ...evenOnes],
  ],
];

describe("moment conditions hold and fail where they should", () => {
  it.each(laws)("%s", (name, parts, failing) => {
    const law = parsePromptLaw({ contextLength: 4, dimension: 2, ...parts });
    const prompts = samplePrompts(law, { key: childKey(key, name), count: 20_000 });
    const conditions = testMomentConditions(promptRows(prompts));
    const holding = conditions.filter((condition) => !failing.includes(condition.name));
    const rejected = conditions.filter(({ pValue }) => pValue < 1e-9);
    expect(rejected.map((condition) => condition.name)).toEqual(failing);
    // Bonferroni's bound over those that hold
    expectPlausible(Math.min(1, holding.length * Math.min(1, ...holding.map(({ pValue }) => pValue))));
  });

  it("is silent where d = 1 leaves nothing to compare, and about C where contexts are single pairs", () => {
    const one = parsePromptLaw({ contextLength: 3, dimension: 1, covariates: gaussian, target: linear, noise });
    const conditions = testMomentConditions(promptRows(samplePrompts(one, { key, count: 50 })));
    expect(conditions.slice(0, 4).map(({ pValue }) => pValue)).toEqual([1, 1, 1, 1]);

    const pair = parsePromptLaw({ contextLength: 1, dimension: 2, covariates: gaussian, target: linear, noise });
    const ofPairs = testMomentConditions(promptRows(samplePrompts(pair, { key, count: 50 })));
    expect(ofPairs.find(({ name }) => name === "C ∝ I")?.pValue).toBe(1);
  });
});
