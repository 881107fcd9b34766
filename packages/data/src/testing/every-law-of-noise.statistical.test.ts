import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { noiseChecks } from "./noise-checks.ts";

describe("every law of noise is what it declares", () => {
  checkEveryLaw("noise", noiseChecks);
});
