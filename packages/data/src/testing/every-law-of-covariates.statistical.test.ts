import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { promptsWith } from "../../tests/prompts-with.ts";
import { covariateChecks } from "./covariate-checks.ts";

describe("every law of covariates is what it declares", () => {
  checkEveryLaw("covariates", { checksOf: covariateChecks, promptOf: promptsWith.covariates });
});
