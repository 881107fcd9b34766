import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { targetChecks } from "./target-checks.ts";

describe("every law of targets is what it declares", () => {
  checkEveryLaw("target", targetChecks);
});
