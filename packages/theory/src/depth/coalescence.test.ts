import { NumericalError } from "@onestep/core";
import { expect, test, vi } from "vitest";
import { coalescenceThreshold } from "./coalescence.ts";

// Roots that stay on the real line, as rounding might leave them.
vi.mock(import("./optimal-depth.ts"), async (importOriginal) => ({
  ...(await importOriginal()),
  residualRoots: () => [
    { re: 1, im: 0 },
    { re: 2, im: 0 },
  ],
}));

test("where no two roots ever meet the search ends, and says so", () => {
  const threshold = () => coalescenceThreshold({ contextLength: 20, dimension: 5 }, 2);
  expect(threshold).toThrowError(NumericalError);
  expect(threshold).toThrowError("coalescenceThreshold: expected two steps that coalesce at some noise level");
});
