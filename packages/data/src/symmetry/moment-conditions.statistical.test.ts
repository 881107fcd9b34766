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
const [forIdentity, forPrecision] = ["Aᵀ ∝ SB", "Aᵀ ∝ SΣ⁻¹B"];
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
    [forIdentity],
  ],
  [
    "anisotropies that cancel: Σ = diag(1, 1.5), Ω = diag(1/6, 1/3)",
    {
      contextLength: 5,
      covariates: { law: "gaussian", covariance: [1, 1.5] },
      target: { law: "linear", tasks: { law: "gaussian", covariance: [1 / 6, 1 / 3] } },
      noise: { law: "gaussian", variance: 1 / 3 },
    },
    [forPrecision],
  ],
  [
    "rows that follow one another",
    { covariates: { law: "gaussian-ar1", correlation: 0.8 }, target: linear, noise },
    [],
  ],
  [
    "a scale that differs from prompt to prompt",
    {
      covariates: {
        law: "gaussian-prompt-mixture",
        weights: [0.5, 0.5],
        covariances: [
          [1, 3],
          [4, 12],
        ],
      },
      target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 1 / 3] } },
      noise,
    },
    [forIdentity],
  ],
  [
    "anisotropic",
    { covariates: { law: "gaussian", covariance: [1, 4] }, target: linear, noise },
    [forIdentity, forPrecision],
  ],
  [
    "tasks with a mean",
    {
      covariates: gaussian,
      target: { law: "linear", tasks: { law: "gaussian", covariance: 0.3, mean: [2, 0] } },
      noise,
    },
    [forIdentity, forPrecision, ...evenOnes],
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
    expectPlausible(Math.min(1, ...holding.map(({ pValue }) => holding.length * pValue)));
  });

  it("is silent where d = 1 leaves nothing to compare", () => {
    const one = parsePromptLaw({ contextLength: 3, dimension: 1, covariates: gaussian, target: linear, noise });
    const conditions = testMomentConditions(promptRows(samplePrompts(one, { key, count: 50 })));
    expect(conditions.slice(0, 2).map(({ pValue }) => pValue)).toEqual([1, 1]);
  });
});
