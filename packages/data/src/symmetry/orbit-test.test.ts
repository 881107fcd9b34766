import { DomainError, openStream, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { orbitTest, type OrbitStatistics } from "./orbit-test.ts";

const key = randomKey(1);
/** Statistics whose value for the prompts as they are is given, and uniform in (0, 1) for moved ones. */
const observed = (...values: number[]): OrbitStatistics => ({
  weights: values.map(() => 1),
  evaluate(orbit) {
    if (orbit === undefined) return Float64Array.from(values);
    const stream = openStream(orbit);
    return Float64Array.from(values, () => stream.uniform());
  },
});

describe("orbitTest", () => {
  it("gives the least p-value to prompts that stand out in any statistic", () => {
    expect(orbitTest(observed(2), { key, randomizations: 99 })).toBe(0.01);
    expect(orbitTest(observed(0.5, 0.5, 5), { key, randomizations: 19 })).toBe(0.05);
  });

  it("counts the moved samples that are at least as large", () => {
    const halves = orbitTest(observed(0.5), { key, randomizations: 999 });
    expect(halves).toBeGreaterThan(0.4);
    expect(halves).toBeLessThan(0.6);
    expect(orbitTest(observed(-1), { key, randomizations: 99 })).toBe(1);
  });

  it("hears nothing from a statistic that no element of the group changes, but for rounding", () => {
    const invariant: OrbitStatistics = {
      weights: [1],
      evaluate: (orbit) => Float64Array.of(orbit === undefined ? 3 + 1e-14 : 3),
    };
    expect(orbitTest(invariant, { key, randomizations: 99 })).toBe(1);
  });

  it("lets a discounted statistic drown no other", () => {
    const noisy = (weight: number): OrbitStatistics => ({
      weights: [1, ...Array.from({ length: 200 }, () => weight)],
      evaluate(orbit) {
        const stream = openStream(orbit ?? randomKey(2));
        const values = new Float64Array(201);
        stream.fillNormals(values, 0, 201);
        if (orbit === undefined) values[0] = 3.2;
        return values;
      },
    });
    expect(orbitTest(noisy(1), { key, randomizations: 99 })).toBeGreaterThan(0.01);
    expect(orbitTest(noisy(0.5), { key, randomizations: 99 })).toBe(0.01);
  });

  it("is the same for the same key", () => {
    const p = orbitTest(observed(0.9), { key, randomizations: 99 });
    expect(orbitTest(observed(0.9), { key, randomizations: 99 })).toBe(p);
  });

  it.each([0, 1.5, NaN])("refuses %s randomizations", (randomizations) => {
    expect(() => orbitTest(observed(1), { key, randomizations })).toThrow(DomainError);
  });
});
