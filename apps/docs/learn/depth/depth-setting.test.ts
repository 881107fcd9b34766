import { runTraining } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { addressOf, commandOf, configOf, DEFAULT_SETTING, MARGIN, noiseAtLeast, settingAt } from "./depth-setting.ts";

describe("the setting of the page", () => {
  it("is told by its address", () => {
    const setting = {
      contextLength: 40,
      dimension: 8,
      noiseVariance: 4.25,
      layers: 6,
      model: "gd-plus-plus-2",
      seed: 17,
    } as const;
    expect(addressOf({ setting, step: 250 })).toBe(
      "n=40&d=8&noise=4.25&layers=6&model=gd-plus-plus-2&seed=17&step=250",
    );
    expect(settingAt(`?${addressOf({ setting, step: 250 })}`)).toEqual({ setting, step: 250 });
    expect(addressOf({ setting: DEFAULT_SETTING, step: 0 })).toBe("n=20&d=5&noise=0&layers=3&model=own-2&seed=0");
  });

  it("is the default where an address offers what the controls do not", () => {
    for (const address of [
      "",
      "?n=21&d=1e3&noise=-1&layers=7&model=toString&seed=x",
      "?noise=11&step=2.5",
      "?noise=",
    ]) {
      expect(settingAt(address), address).toEqual({ setting: DEFAULT_SETTING, step: 0 });
    }
    expect(settingAt("?step=99999").step).toBe(400);
    expect(settingAt("?noise=0.333").setting.noiseVariance).toBe(0.35);
  });

  it("has a place on the slider for the noise at which two steps meet", () => {
    expect([4.24864, 0, 1.95].map(noiseAtLeast)).toEqual([4.25, 0, 1.95]);
  });

  it("is the same training as the command", () => {
    const setting = { ...DEFAULT_SETTING, noiseVariance: 0.25, seed: 3 };
    expect(commandOf(setting)).toBe(
      "npm start -- train --context 20 --dimension 5 --noise gaussian:variance=0.25 --layers 2 --family sparse " +
        "--steps 400 --batch 512 --learning-rate 0.1 --seed 3",
    );
    expect(configOf(setting)).toMatchObject({
      law: { contextLength: 20, dimension: 5, noise: { law: "gaussian", variance: 0.25 } },
      model: { layers: 2, family: "sparse" },
      training: { steps: 400, batch: 512, learningRate: 0.1 },
      seed: 3,
    });
  });

  it("comes within the margin of theory, with and without reshaped covariates", async () => {
    for (const model of ["own-2", "gd-plus-plus-2"] as const) {
      const { loss, optimalLoss } = await runTraining(configOf({ ...DEFAULT_SETTING, contextLength: 10, model }));
      expect(loss! / optimalLoss! - 1, model).toBeLessThan(MARGIN);
    }
  }, 120_000);
});
