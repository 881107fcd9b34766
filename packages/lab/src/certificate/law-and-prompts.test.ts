import { randomKey, type PromptBatch } from "@onestep/core";
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
const promptsOf = (parts: object, count: number): PromptBatch =>
  samplePrompts(lawOf(parts), { key: randomKey(3), count });

const theorem2 = {
  covariates: { law: "gaussian", covariance: [1, 4] },
  target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0.25] } },
};
/** Γ* = I/12: (n + 1)λᵢ + τ/ωᵢ = 6 + 6 and 9 + 3. */
const cancelling = {
  contextLength: 5,
  covariates: { law: "gaussian", covariance: [1, 1.5] },
  target: { law: "linear", tasks: { law: "gaussian", covariance: [1 / 6, 1 / 3] } },
  noise: { law: "gaussian", variance: 1 / 3 },
};

it.each([
  ["Theorem 1", {}, "one-step", "stepSize", 1 / 7.25],
  ["Theorem 2", theorem2, "preconditioned-step", "whitenedStepSize", 1 / 7.25],
  ["anisotropies that cancel", cancelling, "one-step", "stepSize", 1 / 12],
])(
  "prompts conclude what the law does, and estimate the step size of that form: %s",
  (_, parts, conclusion, name, exact) => {
    const optimum = { attains: "lsa-minimum" };
    expect(checkLaw(lawOf(parts), { seed: 0, prompts: 200 })).toMatchObject({
      conclusion,
      applies: "exactly",
      optimum,
    });
    const bare = checkPrompts(promptsOf(parts, 8000), { seed: 0 });
    expect(bare).toMatchObject({ conclusion, applies: "approximately", optimum });
    const found: Readonly<Record<string, unknown>> = { ...bare.optimum };
    const [value, error] = [Number(found[name]), Number(found[`${name}StandardError`])];
    expect(Math.abs(value - exact)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(0.1 * exact);
    if (name !== "stepSize") expect(found["stepSize"]).toBeNull();
  },
);

it("says of a law that one step comes close to that it will do, as its prompts do", () => {
  const near = { covariates: { law: "gaussian", covariance: [1, 1.05] } };
  const check = checkLaw(lawOf(near), { seed: 0, prompts: 100 });
  expect(check).toMatchObject({ conclusion: "general", applies: "approximately", optimum: { stepSize: null } });
  expect(check.excessRiskRatio.upper95).toBe(check.excessRiskRatio.estimate); // from the law's moments
  expect(check.excessRiskRatio.estimate).toBeGreaterThan(0);
  const bare = checkPrompts(promptsOf(near, 8000), { seed: 0 });
  expect(bare).toMatchObject({ conclusion: "one-step", applies: "approximately" });
  expect(bare.excessRiskRatio.upper95).toBeGreaterThan(Number(check.excessRiskRatio.upper95));
});

it("leaves undecided what too few prompts do not show, and says how many would do", () => {
  const check = checkPrompts(promptsOf({}, 100), { seed: 0 });
  expect(check).toMatchObject({ conclusion: "undecided", applies: "undecided", optimum: { stepSize: null } });
  expect(check.promptsNeeded).toBeGreaterThan(1000);
});

it("says of a task mean in one dimension that terms even in the responses help, not that Γ has another form", () => {
  const tasks = { law: "gaussian", mean: 1, covariance: 0.2 };
  const law = lawOf({ dimension: 1, contextLength: 2, target: { law: "linear", tasks } });
  const { conclusion, sentences, optimum } = checkLaw(law, { seed: 0 });
  expect({ conclusion, attains: optimum.attains }).toEqual({ conclusion: "general", attains: "best-step" });
  expect(optimum.stepSize).toBeGreaterThan(0);
  expect(sentences[0]).toMatch(/^No single step is optimal/);
  expect(sentences.join(" ")).not.toContain("neither");
});
