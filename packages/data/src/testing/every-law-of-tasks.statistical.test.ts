import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { plainCovariates, plainNoise } from "../../tests/plain-parts.ts";
import { promptLaw } from "../prompt/prompt-law.ts";
import { linearTarget } from "../targets/linear.ts";
import { taskChecks } from "./task-checks.ts";

describe("every law of tasks is what it declares", () => {
  checkEveryLaw("tasks", {
    checksOf: taskChecks,
    promptOf(tasks) {
      const [covariates, target] = [plainCovariates(tasks.dimension), linearTarget({ tasks })];
      return promptLaw({ contextLength: 3, covariates, target, noise: plainNoise });
    },
  });
});
