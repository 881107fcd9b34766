import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { promptsWith } from "../../tests/prompts-with.ts";
import { noiseChecks } from "./noise-checks.ts";

describe("every law of noise is what it declares", () => {
  checkEveryLaw("noise", { checksOf: noiseChecks, promptOf: promptsWith.noise });
});
