import { childKey, DomainError, randomKey, ShapeError, type PromptBatch } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { certifySymmetry } from "./certify.ts";
import type { SymmetryReport } from "./symmetry-report.ts";

const key = childKey(randomKey(0), "certify");
const linear = { law: "linear", tasks: { law: "gaussian" } };
const promptsOf = (parts: object, count: number): PromptBatch => {
  const law = parsePromptLaw({
    contextLength: 5,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: linear,
    noise: { law: "gaussian", variance: 0.25 },
    ...parts,
  });
  return samplePrompts(law, { key, count });
};
/** Γ* = I/12: (n + 1)λᵢ + τ/ωᵢ = 6 + 6 and 9 + 3. */
const cancelling = {
  covariates: { law: "gaussian", covariance: [1, 1.5] },
  target: { law: "linear", tasks: { law: "gaussian", covariance: [1 / 6, 1 / 3] } },
  noise: { law: "gaussian", variance: 1 / 3 },
};
const certify = (parts: object, count = 6_000): SymmetryReport =>
  certifySymmetry(promptsOf(parts, count), { key, bootstraps: 100 });
const rejected = ({ tests }: SymmetryReport): string[] =>
  tests.filter(({ adjustedPValue }) => adjustedPValue <= 0.05).map(({ name }) => name);

describe("certifySymmetry, from prompts alone", () => {
  it("finds one step on the law of Theorem 1", () => {
    const report = certify({});
    expect(report).toMatchObject({ conclusion: "one-step", applies: "approximately" });
    expect(report.excessRiskRatio.upper95).toBeLessThan(0.01);
    expect(rejected(report)).toEqual([]);
    expect(report.sentences[0]).toMatch(/^One step ŷ = η x_qᵀXᵀy is optimal for practical purposes/);
    expect(report.sentences[1]).toMatch(/Theorem 3/);
    // η* = 1/(n + d + 1 + σ²)
    const { value, standardError } = report.optimum.preconditioner;
    expect(Math.abs(value.values[0] - 1 / 8.25)).toBeLessThan(5 * standardError.values[0]);
    expect(Math.abs(value.values[1])).toBeLessThan(5 * standardError.values[1]);
    const { value: stepSize, standardError: error } = report.optimum.stepSizes["one-step"];
    expect(Math.abs(stepSize - 1 / 8.25)).toBeLessThan(5 * error);
    expect(error).toBeLessThan(standardError.values[0]); // one number is known better than each of four
    expect(report.optimum.attains).toBe("lsa-minimum");
    expect(report).not.toHaveProperty("promptsNeeded");
  });

  it("finds one step where the anisotropies of covariates and tasks cancel", () => {
    const report = certify(cancelling);
    expect(report).toMatchObject({ conclusion: "one-step", applies: "approximately" });
    expect(report.sentences[0]).toMatch(/nothing contradicts the moment conditions/);
    expect(report.sentences[1]).toBe("No symmetry explains this: the moments alone agree.");
  });

  it("finds it without rotation invariance, and says which symmetry is enough", () => {
    const report = certify({ covariates: { law: "rademacher" } });
    expect(report).toMatchObject({ conclusion: "one-step", applies: "approximately" });
    expect(rejected(report)).toEqual(["rotations"]);
    expect(report.sentences.join(" ")).toMatch(/signed permutations, which is enough/);
  });

  it("finds it on targets that are not sign symmetric: rotations alone keep the even part out", () => {
    const report = certify({ target: { law: "single-index", link: "relu" } });
    expect(report).toMatchObject({ conclusion: "one-step", applies: "approximately" });
    expect(rejected(report)).toEqual(["label-signs"]);
    expect(report.sentences.join(" ")).toMatch(/changes when all responses of a prompt change sign \(p = 0\.04\)/);
  });

  it("finds a preconditioned step on the law of Theorem 2", () => {
    const report = certify({
      covariates: { law: "gaussian", covariance: [1, 4] },
      target: { law: "linear", tasks: { law: "gaussian", covariance: [1, 0.25] } },
    });
    expect(report).toMatchObject({ conclusion: "preconditioned-step", applies: "approximately" });
    expect(report.costs["one-step"].estimate).toBeGreaterThan(0.1);
    expect(report.sentences.join(" ")).toMatch(/Theorem 2/);
  });

  it("finds a general Γ where the covariances of covariates and tasks do not match", () => {
    const report = certify({ covariates: { law: "gaussian", covariance: [1, 9] } });
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(report.sentences[0]).toMatch(/neither ηI nor ηΣ⁻¹: the prompts contradict Aᵀ ∝ SB and Aᵀ ∝ SΣ⁻¹B/);
    expect(report.costs["preconditioned-step"].lower95).toBeGreaterThan(0.01);
    expect(report.optimum.loss.value).toBeGreaterThan(0);
  });

  it("finds a general Γ even where a form comes close to it, and says that this will do", () => {
    const report = certify({ covariates: { law: "gaussian", covariance: [1, 2.2] }, contextLength: 20 }, 20_000);
    expect(report).toMatchObject({ conclusion: "general", applies: "approximately" });
    expect(report.excessRiskRatio).toBe(report.costs["preconditioned-step"]);
    expect(report.excessRiskRatio.upper95).toBeLessThan(0.01);
    expect(report.sentences.slice(0, 2)).toEqual([
      "The best step is neither ηI nor ηΣ⁻¹: the prompts contradict Aᵀ ∝ SB and Aᵀ ∝ SΣ⁻¹B.",
      "One preconditioned step ŷ = η x_qᵀΣ⁻¹Xᵀy will do for practical purposes.",
    ]);
  });

  it("finds that no single step is optimal for tasks with a mean", () => {
    const report = certify({ target: { law: "linear", tasks: { law: "gaussian", mean: [1, 0] } } });
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(rejected(report)).toContain("covariate-signs");
    expect(report.costs["any-step"].estimate).toBeGreaterThan(0.01);
    expect(report.sentences.join(" ")).toMatch(/No single step is optimal/);
    expect(report.optimum.attains).toBe("best-step");
  });

  it("does not blame the form of Γ where d = 1 leaves but one, and terms even in the responses help", () => {
    const target = { law: "linear", tasks: { law: "gaussian", mean: 1, covariance: 0.2 } };
    const report = certify({ dimension: 1, contextLength: 2, target });
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(report.sentences[0]).toMatch(/^No single step is optimal: attention gains by terms even in the responses/);
    expect(report.sentences.join(" ")).not.toContain("neither");
  });

  it.each([{}, { covariates: { law: "gaussian", covariance: [1, 1.05] } }])(
    "claims nothing from too few prompts, and says about how many would do: %j",
    (parts) => {
      const report = certify(parts, 100);
      expect(report).toMatchObject({ conclusion: "undecided", applies: "undecided" });
      const { promptsNeeded = 0 } = report;
      expect(report.sentences[0]).toBe(
        `100 prompts do not decide the form of the optimum: draw more, about ${promptsNeeded} of them.`,
      );
      expect(promptsNeeded).toBeGreaterThan(1000);
      expect(certify(parts, promptsNeeded)).toMatchObject({ conclusion: "one-step", applies: "approximately" });
    },
  );

  it("tells what it is doing, and how much of it is behind", () => {
    const heard = new Map<string, number[]>();
    certifySymmetry(promptsOf({}, 30), {
      key,
      randomizations: 9,
      onProgress: (doing, share) => heard.set(doing, [...(heard.get(doing) ?? []), share]),
    });
    expect([...heard.keys()]).toEqual([
      "cross-fit",
      "label-signs",
      "covariate-signs",
      "signed-permutations",
      "rotations",
    ]);
    expect(heard.get("cross-fit")).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
    expect(heard.get("rotations")).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  });

  it("is the same for the same key, and in other units", () => {
    const prompts = promptsOf({}, 200);
    const report = certifySymmetry(prompts, { key });
    expect(certifySymmetry(prompts, { key })).toEqual(report);
    const scaled = {
      ...prompts,
      covariates: prompts.covariates.map((x) => x * 2 ** 40),
      queryCovariates: prompts.queryCovariates.map((x) => x * 2 ** 40),
    };
    const { conclusion, tests } = certifySymmetry(scaled, { key });
    expect({ conclusion, tests }).toEqual({ conclusion: report.conclusion, tests: report.tests });
  });

  it.each([
    ["one dimension", { dimension: 1 }],
    ["single pairs", { contextLength: 1 }],
    ["several queries and random lengths", { contextLength: { law: "uniform", from: 1, to: 4 }, queries: 3 }],
    ["no noise and signs alone", { dimension: 1, covariates: { law: "rademacher" }, noise: { law: "none" } }],
    ["a target that one step cannot see", { target: { law: "single-index", link: "cos" } }],
  ])("gives finite numbers for %s", (_, parts) => {
    const { sentences, ...numbers } = certify(parts, 60);
    expect(JSON.stringify({ ...numbers, sentences: [] })).not.toMatch(/null/); // what JSON makes of NaN and ∞
    expect(sentences.length).toBeGreaterThan(0);
    expect(sentences.join(" ")).not.toMatch(/NaN|Infinity|undefined/);
  });

  it("gives finite numbers where all responses are zero", () => {
    const prompts = promptsOf({}, 60);
    const silent = { ...prompts, responses: new Float64Array(300), queryResponses: new Float64Array(60) };
    const { excessRiskRatio, tests } = certifySymmetry(silent, { key });
    expect(excessRiskRatio).toEqual({ estimate: 0, lower95: 0, upper95: 0 });
    expect(tests[0].pValue).toBe(1);
  });
});

describe("certifySymmetry, from a law that declares its symmetry", () => {
  const general = {
    conclusion: "general",
    because: "Σ and Ω⁻¹ are not proportional",
    evenPartDecouples: true,
  } as const;
  const prompts = promptsOf({ covariates: { law: "gaussian", covariance: [1, 9] } }, 2000);

  it("is exact", () => {
    const report = certifySymmetry(promptsOf({}, 100), {
      key,
      declared: {
        conclusion: "one-step",
        because: "the law is invariant under rotations (Theorem 3 of arXiv 2307.03576)",
        evenPartDecouples: true,
      },
    });
    expect(report).toMatchObject({ conclusion: "one-step", applies: "exactly" });
    expect(report.sentences).toEqual([
      "One step ŷ = η x_qᵀXᵀy is optimal, exactly: the law is invariant under rotations (Theorem 3 of arXiv 2307.03576).",
    ]);
  });

  it("says so where the prompts contradict what is declared", () => {
    const declared = { conclusion: "one-step", because: "it was said to be", evenPartDecouples: true } as const;
    const { sentences } = certifySymmetry(prompts, { key, declared });
    expect(sentences[1]).toMatch(/^But the prompts contradict Aᵀ ∝ SB/);
  });

  it("has a general optimum for the reason given", () => {
    const costs = { "one-step": 0.3, "preconditioned-step": 0.2 };
    const report = certifySymmetry(prompts, { key, declared: { ...general, costs } });
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(report.sentences[0]).toBe("The best step is neither ηI nor ηΣ⁻¹: Σ and Ω⁻¹ are not proportional.");
  });

  it("takes what a form costs from the law, where its moments say it, however few the prompts", () => {
    const few = promptsOf({ covariates: { law: "gaussian", covariance: [1, 9] } }, 50);
    const certifyAt = (cost: number): SymmetryReport =>
      certifySymmetry(few, {
        key,
        declared: { ...general, costs: { "one-step": cost, "preconditioned-step": 0.2 } },
      });
    expect(certifyAt(0.05)).toMatchObject({ conclusion: "general", applies: "no" });
    const close = certifyAt(0.004);
    expect(close).toMatchObject({ conclusion: "general", applies: "approximately" });
    expect(close.excessRiskRatio).toEqual({ estimate: 0.004, lower95: 0.004, upper95: 0.004 });
    expect(close.sentences[1]).toBe("One step ŷ = η x_qᵀXᵀy will do for practical purposes.");
  });
});

describe("certifySymmetry refuses", () => {
  const prompts = promptsOf({}, 6);

  it.each([
    ["level", { level: 0 }],
    ["tolerance", { tolerance: 1 }],
    ["randomizations", { randomizations: 0 }],
    ["folds", { folds: 1 }],
    ["bootstraps", { bootstraps: 10 }],
  ])("a %s out of range", (name, options) => {
    expect(() => certifySymmetry(prompts, { key, ...options })).toThrow(DomainError);
    expect(() => certifySymmetry(prompts, { key, ...options })).toThrow(`certifySymmetry.${name}: `);
  });

  it("prompts that are no batch of finite numbers, or fewer than folds", () => {
    const ragged = { ...prompts, responses: new Float64Array(3) };
    expect(() => certifySymmetry(ragged, { key })).toThrow(ShapeError);
    expect(() => certifySymmetry(ragged, { key })).toThrow("prompts.responses: expected 30 numbers; got 3");
    const missing = { ...prompts, queryResponses: new Float64Array(6).fill(NaN) };
    expect(() => certifySymmetry(missing, { key })).toThrow(DomainError);
    expect(() => certifySymmetry(missing, { key })).toThrow("prompts.queryResponses: expected finite numbers; got NaN");
    expect(() => certifySymmetry(prompts, { key, folds: 7 })).toThrow("at least 7 prompts, one for each fold; got 6");
    expect(() => certifySymmetry({ ...prompts, count: 0 }, { key })).toThrow("prompts.count");
  });
});
