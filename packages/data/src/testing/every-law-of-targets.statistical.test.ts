import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { plainCovariates, plainNoise } from "../../tests/plain-parts.ts";
import { promptLaw } from "../prompt/prompt-law.ts";
import { targetChecks } from "./target-checks.ts";

describe("every law of targets is what it declares", () => {
  checkEveryLaw("target", {
    checksOf: targetChecks,
    promptOf: (target) =>
      promptLaw({ contextLength: 3, covariates: plainCovariates(target.dimension), target, noise: plainNoise }),
  });
});
