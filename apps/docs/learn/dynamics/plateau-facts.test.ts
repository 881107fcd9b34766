import { describe, expect, it } from "vitest";

import { DEFAULT_SETTING, LOOKS, type FlowSetting } from "./flow-setting.ts";
import { followFlow, type FlowLook } from "./follow-flow.ts";
import { factsOf } from "./plateau-facts.ts";
import { predictedFlow } from "./predicted-flow.ts";

describe("a training held against its plateaus", () => {
  const prediction = { ...predictedFlow(DEFAULT_SETTING), plateaus: [1, 0.5], falls: [{ level: 0.75, time: 3 }] };
  const curve = [1, 1, 0.99, 0.6, 0.52, 0.505, 0.5].map((loss, k) => ({ time: k + 1, loss }));

  it("pauses where it is slowest between two falls, and falls on the chord", () => {
    const { plateaus, falls, isConfirmed } = factsOf(prediction, curve);
    expect(plateaus.map(({ pause }) => pause?.loss)).toEqual([1, 0.5]);
    expect(falls[0].seen).toBeCloseTo(3 + (0.99 - 0.75) / (0.99 - 0.6), 12);
    // 3.6 is no 3 within 10 %.
    expect(isConfirmed).toBe(false);
    expect(factsOf({ ...prediction, falls: [{ level: 0.75, time: 3.6 }] }, curve).isConfirmed).toBe(true);
    expect(factsOf({ ...prediction, falls: [{ level: 0.75 }] }, curve).isConfirmed).toBe(true);
  });

  it("has not visited a plateau that it is yet to reach, or passes by", () => {
    expect(factsOf(prediction, curve.slice(0, 2)).plateaus.map(({ isVisited }) => isVisited)).toEqual([true, false]);
    expect(factsOf(prediction, []).isConfirmed).toBe(false);
    expect(factsOf({ ...prediction, plateaus: [1, 0.4] }, curve).isConfirmed).toBe(false);
  });
});

describe("gradient flow on the population loss", () => {
  const trained = async (setting: FlowSetting): Promise<readonly FlowLook[]> => {
    const looks: FlowLook[] = [];
    for await (const look of followFlow(setting)) looks.push(look);
    return looks;
  };

  it.each([
    { ...DEFAULT_SETTING, startSize: 0.02 },
    { ...DEFAULT_SETTING, startSize: 0.02, spectrum: "4:4:1:1", noiseVariance: 1, seed: 5 },
    { ...DEFAULT_SETTING, attention: "merged" as const },
    { ...DEFAULT_SETTING, attention: "merged" as const, spectrum: "1:1:1:1", contextLength: 127 },
  ])("visits every plateau in time: $attention $spectrum", async (setting) => {
    const looks = await trained(setting);
    expect(looks.map(({ step }) => step)).toEqual(Array.from({ length: LOOKS }, (_, k) => k + 1));
    expect(factsOf(predictedFlow(setting), looks).isConfirmed).toBe(true);
  });

  it("passes plateaus by from a large start", async () => {
    const setting = { ...DEFAULT_SETTING, startSize: 0.1 };
    const { plateaus } = factsOf(predictedFlow(setting), await trained(setting));
    expect(plateaus.map(({ isVisited }) => isVisited)).toContain(false);
  });
});
