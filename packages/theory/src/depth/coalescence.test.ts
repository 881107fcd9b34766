import { expect, onTestFinished, test, vi } from "vitest";

test("where no two roots ever meet the search ends, and says so", async () => {
  // Roots that stay on the real line, as rounding might leave them.
  vi.resetModules();
  vi.doMock(import("./optimal-depth.ts"), async (importOriginal) => ({
    ...(await importOriginal()),
    residualRoots: () => [
      { re: 1, im: 0 },
      { re: 2, im: 0 },
    ],
  }));
  onTestFinished(() => {
    vi.doUnmock("./optimal-depth.ts");
    vi.resetModules();
  });
  const { coalescenceThreshold } = await import("./coalescence.ts");
  // An error of another copy of core, since modules were read anew: known by its name.
  expect(() => coalescenceThreshold({ contextLength: 20, dimension: 5 }, 2)).toThrowError(
    expect.objectContaining({ name: "NumericalError", expected: "two steps that coalesce at some noise level" }),
  );
});
