import { describe, expect, it } from "vitest";

import { expectClose, expectMatrixClose } from "./expect-close.ts";

describe("expectClose", () => {
  it("accepts numbers and lists within the tolerance", () => {
    expectClose(1.05, 1, 0.06);
    expectClose([1, 2.5], Float64Array.of(1, 2), 0.5);
    expectClose(Infinity, Infinity, 0);
  });

  it("names the entry that is too far, and how far", () => {
    expect(() => expectClose(1.1, 1, 0.05)).toThrow("expected 1 to within 0.05; got 1.1, off by 1.00e-1");
    expect(() => expectClose([1, 3], [1, 2], 0.5)).toThrow("expected 2 at [1] to within 0.5; got 3, off by 1.00e+0");
  });

  it("refuses NaN on either side, a NaN tolerance, and lists of different lengths", () => {
    expect(() => expectClose(NaN, NaN, 1)).toThrow(/got NaN/);
    expect(() => expectClose(1, NaN, 1)).toThrow(/expected NaN/);
    expect(() => expectClose(1, 2, NaN)).toThrow(/to within NaN/);
    expect(() => expectClose([1], [1, 2], 9)).toThrow("expected 2 numbers; got 1");
  });
});

describe("expectMatrixClose", () => {
  const identity = { rows: 2, columns: 2, values: Float64Array.of(1, 0, 0, 1) };

  it("compares matrices with matrices and with rows", () => {
    expectMatrixClose(identity, identity, 0);
    expectMatrixClose(
      identity,
      [
        [1, 0.1],
        [0, 1],
      ],
      0.1,
    );
  });

  it("names the worst entry, not the first", () => {
    const far = [
      [1.2, 0],
      [0, 3],
    ];
    expect(() => expectMatrixClose(far, identity, 0.1)).toThrow("expected 1 at [1, 1] to within 0.1; got 3");
  });

  it("refuses another shape, a ragged matrix and a NaN", () => {
    expect(() => expectMatrixClose([[1, 0]], identity, 9)).toThrow("expected a matrix of shape [2, 2]; got [1, 2]");
    expect(() => expectMatrixClose([[1, 0], [0]], identity, 9)).toThrow(/shape \[2, 2\]; got \[2, 2\|1\]/);
    const broken = [
      [1, NaN],
      [0, 1],
    ];
    expect(() => expectMatrixClose(broken, identity, 9)).toThrow("got NaN");
  });
});
