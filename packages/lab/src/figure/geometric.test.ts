import { expect, it } from "vitest";
import { geometric } from "./geometric.ts";

it("a geometric progression has equal ratios, and both ends exactly", () => {
  const [first, second, third, ...others] = geometric(0.1, 10, 3);
  expect([first, third, others]).toEqual([0.1, 10, []]);
  expect(second).toBeCloseTo(1, 15);
});
