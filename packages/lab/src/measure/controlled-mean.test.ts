import { NumericalError, openStream, randomKey } from "@onestep/core";
import { expectClose, expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { controlledMean } from "./controlled-mean.ts";
import { meanOf } from "./mean-of.ts";

const draws = 4000;
const stream = openStream(randomKey(seedForTests()));
const known = Float64Array.from({ length: draws }, () => stream.uniform());
const unknown = Float64Array.from({ length: draws }, () => stream.uniform());

describe("the mean of values with control variates", () => {
  it("is exact where the control explains everything", () => {
    const control = { values: known, mean: 0.5 };
    const { value, standardError } = controlledMean(
      known.map((one) => 3 - 2 * one),
      [control],
    );
    expectClose(value, 2, 1e-12);
    expect(standardError).toBeLessThan(1e-12);
  });

  it("is that of the values, with a smaller error", () => {
    const values = known.map((one, i) => one + 0.1 * unknown[i]);
    const estimate = controlledMean(values, [{ values: known, mean: 0.5 }]);
    expectWithin(estimate, 0.55);
    expectRejected(controlledMean(values, [{ values: known, mean: 0.52 }]), 0.55);
    expect(estimate.standardError).toBeLessThan(0.11 * meanOf(values).standardError);
  });

  it("refuses a control that is another one again", () => {
    const control = { values: known, mean: 0.5 };
    expect(() => controlledMean(unknown, [control, control])).toThrow(NumericalError);
  });
});
