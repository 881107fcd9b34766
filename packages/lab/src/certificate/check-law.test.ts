import { AssumptionError, randomKey, type PromptBatch } from "@onestep/core";
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

it("gives no upper limit where the tails leave the estimate without a standard error", () => {
  const covariates = { law: "student", degreesOfFreedom: 6 };
  const proved = checkLaw(lawOf({ covariates }), { seed: 0, prompts: 400 });
  expect(proved).toMatchObject({ conclusion: "one-step", applies: "exactly", excessRiskRatio: { upper95: null } });
  expect(proved.sentences.at(-1)).toContain("would take a finite E‖x‖⁸");
  expect(checkLaw(lawOf({}), { seed: 0, prompts: 400 }).excessRiskRatio.upper95).toBeGreaterThan(0);

  const tasks = { law: "gaussian", mean: 1 };
  const unproved = lawOf({ covariates, target: { law: "linear", tasks } });
  const general = checkLaw(unproved, { seed: 0, prompts: 400 });
  expect(general).toMatchObject({ conclusion: "general", applies: "no", excessRiskRatio: { upper95: null } });
});

it("refuses to estimate an optimum without a standard error, and says which moment is missing", () => {
  const relu = lawOf({
    covariates: { law: "student", degreesOfFreedom: 6 },
    target: { law: "single-index", link: "relu" },
  });
  expect(() => checkLaw(relu, { seed: 0 })).toThrow(
    "check-law: expected moments whose estimates have a standard error",
  );
});

it("refuses prompts in units in which their moments overflow or vanish", () => {
  const scaled = (by: number): PromptBatch => {
    const prompts = samplePrompts(lawOf({}), { key: randomKey(1), count: 400 });
    return {
      ...prompts,
      covariates: prompts.covariates.map((x) => by * x),
      queryCovariates: prompts.queryCovariates.map((x) => by * x),
    };
  };
  expect(() => checkPrompts(scaled(1e200), { seed: 0 })).toThrow("check-law, x1 of prompt 0: expected");
  expect(() => checkPrompts(scaled(1e-200), { seed: 0 })).toThrow("check-law, x1: expected");
  // Γ is in units of one over the square of a covariate.
  const [plain, large] = [1, 2 ** 90].map((by) => checkPrompts(scaled(by), { seed: 0 }).optimum.preconditioner[0][0]);
  expect(large * 2 ** 180).toBeCloseTo(plain, 12);
  expect(() => checkLaw(lawOf({ noise: { law: "gaussian", variance: 1e200 } }), { seed: 0 })).toThrow(
    "check-law, y of",
  );
});

it("refuses tails that no draws can measure, whatever the target", () => {
  const covariates = { law: "student", degreesOfFreedom: 3 };
  for (const target of [lawOf({}).target, { law: "single-index", link: "relu" }]) {
    const file = "parameters" in target ? {} : { target };
    expect(() => checkLaw(lawOf({ covariates, ...file }), { seed: 0 })).toThrow(AssumptionError);
  }
});
