import { describe, expect, it } from "vitest";

import { DEFAULT_SETTING } from "../../learn/theorem-1/training-setting.ts";
import { settingOfAttributes } from "./embed-setting.ts";

const settingOf = (attributes: Readonly<Record<string, string>>): unknown =>
  settingOfAttributes((name) => attributes[name] ?? null);

describe("the attributes of the element", () => {
  it("are the setting of its training", () => {
    expect(settingOf({ n: "8", d: "3", noise: "0.25", seed: "7" })).toEqual({
      contextLength: 8,
      dimension: 3,
      noiseVariance: 0.25,
      seed: 7,
    });
  });

  it("may be missing, or no numbers: then they are the default", () => {
    expect(settingOf({})).toEqual(DEFAULT_SETTING);
    expect(settingOf({ n: "", d: "five", noise: "NaN", seed: " " })).toEqual(DEFAULT_SETTING);
  });

  it("end where the training still reaches its verdict", () => {
    expect(settingOf({ n: "1e9", d: "0", noise: "-1", seed: "2.6" })).toEqual({
      contextLength: 64,
      dimension: 1,
      noiseVariance: 0,
      seed: 3,
    });
  });
});
