import { childKey, meanAccumulator, randomKey } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { crossFit } from "./cross-fit.ts";
import { excessRiskRatios, type ExcessRiskRatio, type NarrowForm } from "./excess-risk-ratio.ts";
import { promptRows } from "./prompt-rows.ts";

const REPETITIONS = 200;
const n = 5;
const noiseVariance = 0.25;
const variances = [1, 3];

/** x ~ N(0, diag(1, 3)), w ~ N(0, I): coordinate i of any diagonal step costs nλᵢ((n+1)λᵢ + τ)·λᵢ·(γᵢ − γᵢ*)². */
const tau = variances.reduce((sum, variance) => sum + variance, noiseVariance);
const coordinates = variances.map((variance) => {
  const denominator = (n + 1) * variance + tau;
  return { variance, best: 1 / denominator, curvature: n * variance * variance * denominator };
});
const least = coordinates.reduce((loss, { variance, best }) => loss - n * variance * variance * best, tau);

/** (R(η̂ shape) − R*)/R* at the best η. */
const exactRatio = (shape: readonly number[]): number => {
  const square = coordinates.reduce((sum, { curvature }, i) => sum + curvature * shape[i] * shape[i], 0);
  const along = coordinates.reduce((sum, { curvature, best }, i) => sum + curvature * shape[i] * best, 0);
  const stepSize = along / square;
  return (
    coordinates.reduce((sum, { curvature, best }, i) => sum + curvature * (stepSize * shape[i] - best) ** 2, 0) / least
  );
};

const exact: Readonly<Record<NarrowForm, number>> = {
  "one-step": exactRatio([1, 1]),
  "preconditioned-step": exactRatio(variances.map((variance) => 1 / variance)),
  "any-step": 0,
};

describe("the excess risk of a form, from prompts", () => {
  const law = parsePromptLaw({
    contextLength: n,
    covariates: { law: "gaussian", covariance: variances },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "gaussian", variance: noiseVariance },
  });
  const key = childKey(randomKey(seedForTests()), "cross-fit");
  const found: Record<NarrowForm, ExcessRiskRatio>[] = Array.from({ length: REPETITIONS }, (_, r) => {
    const own = childKey(key, "repetition", r);
    return excessRiskRatios(crossFit(promptRows(samplePrompts(law, { key: own, count: 1500 })), { folds: 5 }), {
      key: own,
      bootstraps: 100,
    });
  });

  it("is estimated without visible bias where it is well above zero", () => {
    const ratios = meanAccumulator();
    for (const ratio of found) ratios.push(ratio["one-step"].estimate);
    expectWithin(ratios.estimate(), exact["one-step"]);
    expectRejected(ratios.estimate(), exact["one-step"] * 1.4);
  });

  it.each(["one-step", "preconditioned-step", "any-step"] as const)(
    "lies below its upper limit in 95 samples of 100: %s",
    (form) => {
      const missed = found.filter((ratio) => ratio[form].upper95 < exact[form]).length;
      // At a true 7 %, more than 40 misses of 200 have probability 1e-9.
      expect(missed).toBeLessThanOrEqual(40);
    },
  );

  it.each(["one-step", "preconditioned-step", "any-step"] as const)(
    "lies above its lower limit in 95 samples of 100: %s",
    (form) => {
      const missed = found.filter((ratio) => ratio[form].lower95 > exact[form]).length;
      expect(missed).toBeLessThanOrEqual(40);
    },
  );

  it("is measured against the best step where the even part is known to be useless", () => {
    const rows = promptRows(samplePrompts(law, { key, count: 400 }));
    const { predictions } = crossFit(rows, { folds: 5, evenPartDecouples: true });
    expect(predictions["any-heads"]).toBe(predictions["any-step"]);
    expect(predictions["any-step"]).toEqual(crossFit(rows, { folds: 5 }).predictions["any-step"]);
  });

  it("falls with more prompts to what may be called zero", () => {
    const isotropic = parsePromptLaw({
      contextLength: n,
      dimension: 2,
      covariates: { law: "gaussian" },
      target: { law: "single-index", link: "relu" },
      noise: { law: "gaussian", variance: noiseVariance },
    });
    const many = promptRows(samplePrompts(isotropic, { key, count: 10_000 }));
    const few = promptRows(samplePrompts(isotropic, { key, count: 100 }));
    const limit = (rows: typeof many): number =>
      excessRiskRatios(crossFit(rows, { folds: 5 }), { key, bootstraps: 100 })["one-step"].upper95;
    expect(limit(many)).toBeLessThan(0.01);
    expect(limit(few)).toBeGreaterThan(limit(many));
  });
});
