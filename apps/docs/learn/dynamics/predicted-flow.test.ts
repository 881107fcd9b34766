import { describe, expect, it } from "vitest";

import { DEFAULT_SETTING, LOOKS } from "./flow-setting.ts";
import { predictedFlow } from "./predicted-flow.ts";

describe("a training as theory knows it", () => {
  it("pauses where 2501.16265 has its plateaus", () => {
    const { plateaus, known } = predictedFlow(DEFAULT_SETTING);
    expect(known).toEqual([0, 1, 2, 3, 4]);
    // L_m = tr Λ − Σ λ/(1 + 1/n + tr Λ/(nλ)) of the published experiment, n = 31, Λ ∝ (1, 2, 3, 4)
    expect(plateaus.map((loss) => loss.toFixed(4))).toEqual(["1.0000", "0.6406", "0.3774", "0.2098", "0.1360"]);
  });

  it("falls about 1/(2nλ²s₀) after its start, once for axes of one eigenvalue", () => {
    const { falls, known } = predictedFlow({ ...DEFAULT_SETTING, spectrum: "4:4:1:1" });
    expect(known).toEqual([0, 2, 4]);
    const rough = [0.4, 0.1].map((eigenvalue) => 1 / (2 * 31 * eigenvalue ** 2 * 0.01));
    falls.forEach(({ time }, m) => expect(time! / rough[m]).toBeCloseTo(1, 1));
  });

  it("has lost half of an axis's share of the loss where it falls", () => {
    const { times, losses, falls } = predictedFlow(DEFAULT_SETTING);
    const at = times.findIndex((time) => time > falls[1].time!);
    expect(losses[at - 1]).toBeGreaterThan(falls[1].level);
    expect(losses[at]).toBeLessThan(falls[1].level);
  });

  it("runs along the logistic curve where key and query are merged and covariates white", () => {
    const { plateaus, falls, times, losses, shares } = predictedFlow({
      ...DEFAULT_SETTING,
      attention: "merged",
      spectrum: "1:1:1:1",
    });
    expect(plateaus).toHaveLength(2);
    // γ is half of γ* where it falls, which the looks have on their two sides.
    const at = times.findIndex((time) => time > falls[0].time!);
    expect(shares[0][at - 1]).toBeLessThan(0.5);
    expect(shares[0][at]).toBeGreaterThan(0.5);
    expect(losses[at - 1]).toBeGreaterThan(falls[0].level);
    expect(losses[at]).toBeLessThan(falls[0].level);
  });

  it("knows no time for merged attention on other covariates, but its heights", () => {
    const { plateaus, falls, losses, times } = predictedFlow({ ...DEFAULT_SETTING, attention: "merged" });
    expect(plateaus.map((loss) => loss.toFixed(4))).toEqual(["1.0000", "0.1360"]);
    expect(falls.map(({ time }) => time)).toEqual([undefined]);
    expect(losses).toEqual([]);
    expect(times).toHaveLength(LOOKS);
  });
});
