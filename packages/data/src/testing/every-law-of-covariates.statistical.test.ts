import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { plainNoise, plainTarget } from "../../tests/plain-parts.ts";
import { promptLaw } from "../prompt/prompt-law.ts";
import { covariateChecks } from "./covariate-checks.ts";

describe("every law of covariates is what it declares", () => {
  checkEveryLaw("covariates", {
    checksOf: covariateChecks,
    promptOf: (covariates) =>
      promptLaw({ contextLength: 3, covariates, target: plainTarget(covariates.dimension), noise: plainNoise }),
  });
});
