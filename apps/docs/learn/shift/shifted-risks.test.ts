import { bayesRisk } from "@onestep/theory";
import { describe, expect, it } from "vitest";

import { shiftCurve } from "./shift-curves.ts";
import { DEFAULT_SETTING, NO_SHIFT, type TrainedSetting } from "./shift-setting.ts";
import { shiftedRisks } from "./shifted-risks.ts";

const quiet: TrainedSetting = { contextLength: 16, dimension: 5, noiseVariance: 0, attention: "averages" };

describe("the error under a shift", () => {
  it("is the minimum where nothing is shifted", () => {
    const { trained, retrained, ridge, energy } = shiftedRisks(DEFAULT_SETTING.trained, NO_SHIFT);
    // L* = d + σ² − nd/(n + d + 1 + σ²)
    expect(trained * energy).toBeCloseTo(5.25 - 80 / 22.25, 12);
    expect(retrained).toBeCloseTo(trained, 12);
    expect(ridge * energy).toBeCloseTo(bayesRisk(DEFAULT_SETTING.trained).value, 12);
  });

  it("is 1 − 2κg + κ²g without noise, and 1 at κ = 2 whatever n and d", () => {
    const g = 16 / 22;
    for (const covariates of [0.5, 2, 8]) {
      const { trained } = shiftedRisks(quiet, { ...NO_SHIFT, covariates });
      expect(trained).toBeCloseTo(1 - 2 * covariates * g + covariates ** 2 * g, 11);
    }
    const other = shiftedRisks({ ...quiet, contextLength: 64, dimension: 2 }, { ...NO_SHIFT, covariates: 2 });
    expect(other.trained).toBeCloseTo(1, 12);
  });

  it("tends to (1 − nη*)² for long contexts of a layer that averages, and grows where it sums", () => {
    const long = { ...NO_SHIFT, length: 2 ** 20 };
    expect(shiftedRisks(quiet, long).trained).toBeCloseTo((1 - 16 / 22) ** 2, 5);
    expect(shiftedRisks({ ...quiet, attention: "sums" }, { ...NO_SHIFT, length: 4 }).trained).toBeGreaterThan(1);
  });

  it("is not touched by the tasks without noise, nor the best step by the query", () => {
    const { trained } = shiftedRisks(quiet, NO_SHIFT);
    expect(shiftedRisks(quiet, { ...NO_SHIFT, tasks: 8 }).trained).toBeCloseTo(trained, 12);
    for (const query of [0.125, 8]) {
      const asked = shiftedRisks(DEFAULT_SETTING.trained, { ...NO_SHIFT, query });
      expect(asked.trained).toBeCloseTo(asked.retrained, 12);
    }
  });

  it("is never below that of the best step, and that never below ridge regression", () => {
    for (const along of ["length", "covariates", "query", "tasks", "noise"] as const) {
      for (const { trained, retrained, ridge } of shiftCurve(DEFAULT_SETTING.trained, NO_SHIFT, along)) {
        expect(trained).toBeGreaterThanOrEqual(retrained * (1 - 1e-12));
        expect(retrained).toBeGreaterThan(ridge);
      }
    }
  });

  it("is drawn at whole lengths", () => {
    const curve = shiftCurve({ ...quiet, contextLength: 8 }, NO_SHIFT, "length");
    const lengths = curve.map(({ amount }) => 8 * amount);
    expect(lengths[0]).toBe(1);
    expect(lengths[lengths.length - 1]).toBe(64);
    expect(lengths.every((length) => Number.isInteger(length))).toBe(true);
  });
});
