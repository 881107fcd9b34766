import { expect, test } from "vitest";
import type { Claim } from "./claim.ts";
import { judgeTrained } from "./run-trial.ts";

const far: Omit<Claim, "relation"> = {
  name: "far off",
  predicted: 0,
  observed: 1,
  standardError: 0.001,
  tolerance: 0.01,
  source: { key: "mahankali-2023", locator: "Theorem 1" },
};
const verdicts = (isShort: boolean): string[] =>
  judgeTrained(
    [
      { ...far, relation: "within" },
      { ...far, relation: "estimates" },
    ],
    isShort,
  ).map(({ verdict }) => verdict);

test("a layer trained to the end contradicts what it misses", () => {
  expect(verdicts(false)).toEqual(["contradicted", "contradicted"]);
});

test("a short run leaves its distances undecided, but not a loss that disagrees with its own parameters", () => {
  expect(verdicts(true)).toEqual(["undecided", "contradicted"]);
});

test("more draws are asked for where noise is in the way, not where the run was short", () => {
  const noisy = { ...far, relation: "within", standardError: 1 } as const;
  expect(judgeTrained([noisy], false)[0].drawsToDecide).toBeGreaterThan(1);
  expect(judgeTrained([noisy], true)).toEqual([{ ...noisy, verdict: "undecided" }]);
});
