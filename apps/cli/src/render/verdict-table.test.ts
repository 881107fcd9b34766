import type { JudgedClaim } from "@onestep/lab";
import { expect, test } from "vitest";
import { styleFor } from "./style.ts";
import { claimsTable } from "./verdict-table.ts";

const claim: JudgedClaim = {
  name: "loss",
  relation: "estimates",
  predicted: 1,
  observed: 1.1,
  standardError: 0.1,
  tolerance: 0.2,
  source: { key: "mahankali-2023", locator: "Theorem 1" },
  verdict: "undecided",
};

test("a claim that noise leaves undecided says how many draws would decide it", () => {
  const table = claimsTable([{ ...claim, drawsToDecide: 4.04 }, claim], styleFor({}, {}));
  const [, first, second] = table.split("\n").map((line) => line.trimEnd());
  expect(first).toMatch(/\? undecided: about 4 times the draws would decide$/);
  expect(second).toMatch(/\? undecided$/);
});
