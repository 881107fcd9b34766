import { describe } from "vitest";
import { checkEveryLaw } from "../../tests/check-every-law.ts";
import { promptsWith } from "../../tests/prompts-with.ts";
import { targetChecks } from "./target-checks.ts";

describe("every law of targets is what it declares", () => {
  checkEveryLaw("target", { checksOf: targetChecks, promptOf: promptsWith.target });
});
