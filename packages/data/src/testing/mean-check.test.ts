import { drawExponential, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { meanCheck } from "./mean-check.ts";

const key = randomKey(0);
const constant = (value: number, declared: number): ReturnType<typeof meanCheck> =>
  meanCheck("constant", () => ({ claims: [{ what: "E c", declared }], draw: (into) => into.fill(value) }), 16);

/** P(Bin(64, p) ≤ 4) + P(Bin(64, p) ≥ 60) */
function tails(p: number): number {
  let [coefficient, sum] = [1, 0];
  for (let k = 0; k <= 4; k++) {
    sum += coefficient * (p ** k * (1 - p) ** (64 - k) + p ** (64 - k) * (1 - p) ** k);
    coefficient = (coefficient * (64 - k)) / (k + 1);
  }
  return sum;
}

describe("meanCheck", () => {
  it("states a false alarm that bounds the chance of 60 block means on one side, skewed as four exponentials", () => {
    const { falseAlarm } = constant(1, 1);
    // A sum of four exponentials exceeds its mean 4 with probability e⁻⁴(1 + 4 + 8 + 32/3).
    const p = Math.exp(-4) * (1 + 4 + 8 + 32 / 3);
    expect(p).toBeCloseTo(0.4335, 4);
    expect(tails(p)).toBeLessThanOrEqual(falseAlarm);
    expect(tails(p)).toBeGreaterThan(falseAlarm / 2);
  });

  it("adds up the false alarms of its claims", () => {
    const claims = [1, 2, 3].map((declared) => ({ what: "E c", declared }));
    const three = meanCheck("three", () => ({ claims, draw: (into) => into.set([1, 2, 3]) }), 16);
    expect(three.falseAlarm).toBeCloseTo(3 * constant(1, 1).falseAlarm, 20);
    expect(three.run({ key }).passed).toBe(true);
  });

  it("asks a constant for equality to within rounding", () => {
    expect(constant(0.1, 0.1).run({ key })).toMatchObject({ passed: true, score: 0 });
    expect(constant(0.1, 0.1 + 1e-15).run({ key }).passed).toBe(true);
    expect(constant(0.1, 0.1001).run({ key })).toMatchObject({ passed: false, score: 1 });
  });

  it("refuses what is not a number", () => {
    const nothing = constant(NaN, 0).run({ key });
    expect(nothing).toEqual({ passed: false, score: 1, detail: "E c: a statistic that is not a finite number" });
  });

  it("reports the claim that fared worst, with its standard error", () => {
    const check = meanCheck("two", (stream) => ({
      claims: [
        { what: "E t", declared: 1 },
        { what: "E t²", declared: 2.5 },
      ],
      draw(into) {
        const t = drawExponential(stream);
        into[0] = t;
        into[1] = t * t;
      },
    }));
    const { passed, detail } = check.run({ key });
    expect(passed).toBe(false);
    expect(detail).toMatch(/^E t²: (1\.9|2\.0)\d* ± 0\.01\d? from 131072 draws, declared 2\.50000; 64 of 64/);
  });

  it("draws the same at the same key, and elsewhere at another", () => {
    const check = meanCheck("normal", (stream) => ({
      claims: [{ what: "E z", declared: 0 }],
      draw: (into) => into.fill(stream.normal()),
    }));
    expect(check.run()).toEqual(check.run({ key: randomKey(0) }));
    expect(check.run({ key: randomKey(1) }).detail).not.toBe(check.run().detail);
  });
});
