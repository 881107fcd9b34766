import { expectClose } from "@onestep/testkit";
import { describe, test } from "vitest";
import { panelRule } from "./panel-integration.ts";

describe("panelRule", () => {
  test.each([1, 2, 5, 16])("of %i nodes integrates every power below that up to each of its nodes", (count) => {
    const { nodes, weights, upTo } = panelRule(count);
    for (let k = 0; k < count; k++) {
      const powers = nodes.map((x) => x ** k);
      const inner = (coefficients: Float64Array): number =>
        coefficients.reduce((sum, coefficient, j) => sum + coefficient * powers[j], 0);
      const upToX = (x: number): number => (x ** (k + 1) - (-1) ** (k + 1)) / (k + 1);
      upTo.forEach((row, i) => expectClose(inner(row), upToX(nodes[i]), 1e-14));
      expectClose(inner(weights), upToX(1), 1e-14);
    }
  });
});
