import { describe, expect, it } from "vitest";
import { integerPower, power } from "./power.ts";

describe("powers", () => {
  it("with whole exponents are products", () => {
    expect([0, 1, 2, 3, 10].map((exponent) => integerPower(-2, exponent))).toEqual([1, -2, 4, -8, 1024]);
    expect(integerPower(0, 0)).toBe(1);
    expect(integerPower(3, 33)).toBe(5_559_060_566_555_523);
    expect(integerPower(0.5, 1074)).toBe(Number.MIN_VALUE);
  });

  it("with any exponent agree with the engine's, but for its last digits", () => {
    for (const base of [1e-5, 0.3, 1, 1.7, 42, 1e8]) {
      for (const exponent of [-3, -0.5, 0, 1 / 3, 1, 2.75]) {
        const ratio = power(base, exponent) / base ** exponent;
        expect(Math.abs(ratio - 1)).toBeLessThan(1e-14);
      }
    }
  });

  it("of 0 are 0, and undone by the inverse exponent", () => {
    expect(power(0, 0.5)).toBe(0);
    expect(power(power(7, 0.2), 5)).toBeCloseTo(7, 12);
  });
});
