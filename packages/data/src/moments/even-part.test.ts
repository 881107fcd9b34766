import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { Invariance } from "../define/law-kind.ts";
import { heteroscedasticNoise } from "../noise/heteroscedastic.ts";
import { promptLaw, type PromptLaw } from "../prompt/prompt-law.ts";
import { singleIndexTarget } from "../targets/single-index.ts";
import { evenPartDecouples } from "./even-part.ts";

/** Responses whose signs are of no use (relu), with noise that grows with the covariate. */
const withNoise = (invariance: Invariance): PromptLaw => {
  const noise = heteroscedasticNoise({ variance: 0.5, slope: 1 });
  return promptLaw({
    contextLength: 4,
    covariates: gaussianCovariates({ dimension: 2 }),
    target: singleIndexTarget({ dimension: 2, link: "relu" }),
    noise: { ...noise, declares: { ...noise.declares, invariance } },
  });
};

describe("evenPartDecouples", () => {
  it("needs noise that is the same at −x as at x, where the covariates' signs are what decides", () => {
    expect(evenPartDecouples(withNoise("rotations"))).toBe("proved");
    expect(evenPartDecouples(withNoise("signs"))).toBe("proved");
    expect(evenPartDecouples(withNoise("none"))).toBe("not known");
  });
});
