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
    expect(report.sentences[0]).toMatch(/neither ηI nor ηΣ⁻¹: the prompts contradict .*C ∝ E₂/);
    expect(report.optimum.loss.value).toBeGreaterThan(0);
  });

  it("does not call a general Γ by the name of a form that is only close to it", () => {
    const report = certify({ covariates: { law: "gaussian", covariance: [1, 1.4] }, contextLength: 8 }, 12_000);
    expect(report).toMatchObject({ conclusion: "general", applies: "approximately" });
    expect(report.costs["preconditioned-step"].upper95).toBeLessThan(0.01);
    expect(report.sentences.join(" ")).toMatch(/It matters little/);
  });

  it("finds that no single step is optimal for tasks with a mean", () => {
    const report = certify({ target: { law: "linear", tasks: { law: "gaussian", mean: [1, 0] } } });
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(rejected(report)).toContain("covariate-signs");
    expect(report.costs["any-step"].estimate).toBeGreaterThan(0.01);
    expect(report.sentences.join(" ")).toMatch(/No single step is optimal/);
  });

  it("claims nothing from too few prompts", () => {
    const report = certify({}, 100);
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(report.sentences[0]).toBe("100 prompts do not establish any simple form of the optimum: draw more.");
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
    expect(excessRiskRatio).toEqual({ estimate: 0, upper95: 0 });
    expect(tests[0].pValue).toBe(1);
  });
});

describe("certifySymmetry, from a law that declares its symmetry", () => {
  const prompts = promptsOf({ covariates: { law: "gaussian", covariance: [1, 9] } }, 2000);

  it("is exact", () => {
    const report = certifySymmetry(promptsOf({}, 100), {
      key,
      declared: {
        conclusion: "one-step",
        because: "the law is invariant under rotations (Theorem 3 of arXiv 2307.03576)",
      },
    });
    expect(report).toMatchObject({ conclusion: "one-step", applies: "exactly" });
    expect(report.sentences).toEqual([
      "One step ŷ = η x_qᵀXᵀy is optimal, exactly: the law is invariant under rotations (Theorem 3 of arXiv 2307.03576).",
    ]);
  });

  it("says so where the prompts contradict what is declared", () => {
    const declared = { conclusion: "one-step", because: "it was said to be" } as const;
    const { sentences } = certifySymmetry(prompts, { key, declared });
    expect(sentences[1]).toMatch(/^But the prompts contradict Σ ∝ I/);
  });

  it("has a general optimum for the reason given", () => {
    const declared = { conclusion: "general", because: "Σ and Ω⁻¹ are not proportional" } as const;
    const report = certifySymmetry(prompts, { key, declared });
    expect(report).toMatchObject({ conclusion: "general", applies: "no" });
    expect(report.sentences[0]).toBe("The optimum is neither ηI nor ηΣ⁻¹: Σ and Ω⁻¹ are not proportional.");
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
