import { test } from "vitest";
import { estimateMean, expectRejected, expectWithin, streamOfRun } from "../../tests/statistical.ts";
import { categorySampler } from "./category.ts";

test("categories come with their weights", () => {
  const stream = streamOfRun("category");
  const draw = categorySampler([0.1, 0.2, 0, 0.7]);
  for (const [k, weight] of [
    [0, 0.1],
    [3, 0.7],
  ] as const) {
    const share = estimateMean(100_000, () => (draw(stream) === k ? 1 : 0));
    expectWithin(share, weight);
    expectRejected(share, weight + 0.02);
  }
});
