import { AssumptionError, randomKey } from "@onestep/core";
import { parsePromptLaw, samplePrompts, type PromptLaw } from "@onestep/data";
import { expect, it } from "vitest";
import { checkLaw, checkPrompts } from "./check-law.ts";

const lawOf = (parts: object): PromptLaw =>
  parsePromptLaw({
    contextLength: 4,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: 0.25 },
    ...parts,
  });

it("prints the exact optimum of a law that declares its moments", () => {
  const { conclusion, applies, optimum, tests, prompts } = checkLaw(lawOf({}), { seed: 0, prompts: 400 });
  expect({ conclusion, applies, prompts }).toEqual({ conclusion: "one-step", applies: "exactly", prompts: 400 });
  expect(optimum).toMatchObject({ stepSize: 1 / 7.25, source: { locator: "Theorem 1" } });
  expect(tests.map(({ name }) => name)).toEqual(["label-signs", "covariate-signs", "signed-permutations", "rotations"]);
});

it("estimates it where the law declares too little, and from bare prompts", () => {
  const law = lawOf({ covariates: { law: "laplace" }, target: { law: "single-index", link: "tanh" } });
  const declared = checkLaw(law, { seed: 0, prompts: 400 });
  expect(declared).toMatchObject({ conclusion: "one-step", applies: "exactly" });
  const bare = checkPrompts(samplePrompts(law, { key: randomKey(1), count: 400 }), { seed: 0 });
  for (const { optimum } of [declared, bare]) expect(optimum).toHaveProperty("standardError");
});

it("refuses tails that no draws can measure, whatever the target", () => {
  const covariates = { law: "student", degreesOfFreedom: 3 };
  for (const target of [lawOf({}).target, { law: "single-index", link: "relu" }]) {
    const file = "parameters" in target ? {} : { target };
    expect(() => checkLaw(lawOf({ covariates, ...file }), { seed: 0 })).toThrow(AssumptionError);
  }
});
