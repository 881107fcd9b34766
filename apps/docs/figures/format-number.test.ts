import { describe, expect, it } from "vitest";

import { fixed, percent, plain, significant } from "./format-number.ts";

describe("numbers for a reader", () => {
  it("keep their significant digits in a column", () => {
    expect([29.3, 0.0312, 1 / 26, 1234.5].map((value) => significant(value, 4))).toEqual([
      "29.30",
      "0.03120",
      "0.03846",
      "1235",
    ]);
  });

  it("stay round on an axis", () => {
    expect([0.1 + 0.2, 256, 0, 1e-3, 10.05, -2].map(plain)).toEqual(["0.3", "256", "0", "0.001", "10.05", "−2"]);
  });

  it("tell shares in percent, to two digits", () => {
    expect([0.0312, 1, 0.00307, 0].map(percent)).toEqual(["3.1 %", "100 %", "0.31 %", "0.0 %"]);
  });

  it("have a true minus sign, and none where they round to zero", () => {
    expect([-0.5, 0.126, -0.001, 0].map((value) => fixed(value, 2))).toEqual(["−0.50", "0.13", "0.00", "0.00"]);
  });
});
