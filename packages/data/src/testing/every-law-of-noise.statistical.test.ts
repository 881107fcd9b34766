import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { plainCovariates, plainTarget } from "../../tests/plain-parts.ts";
import { promptLaw } from "../prompt/prompt-law.ts";
import { noiseChecks } from "./noise-checks.ts";

describe("every law of noise is what it declares", () => {
  checkEveryLaw("noise", {
    checksOf: noiseChecks,
    promptOf: (noise) => promptLaw({ contextLength: 3, covariates: plainCovariates(3), target: plainTarget(3), noise }),
  });
});
