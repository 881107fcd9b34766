import { runTraining } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { factsOf } from "../../training/gamma-facts.ts";
import {
  addressOf,
  CHOICES,
  commandOf,
  configOf,
  DEFAULT_SETTING,
  predictionOf,
  trainingAt,
} from "./training-setting.ts";

describe("the training of the page", () => {
  it("is told by its address", () => {
    const address = { setting: { contextLength: 40, dimension: 8, noiseVariance: 0.25, seed: 17 }, step: 250 };
    expect(addressOf(address)).toBe("n=40&d=8&noise=0.25&seed=17&step=250");
    expect(trainingAt(`?${addressOf(address)}`)).toEqual(address);
    expect(addressOf({ setting: DEFAULT_SETTING, step: 0 })).toBe("n=20&d=5&noise=0&seed=0");
  });

  it("is the default where an address offers what the controls do not", () => {
    for (const address of ["", "?n=21&d=1e3&noise=-1&seed=x", "?n=&d=&noise=&seed=-1&step=2.5"]) {
      expect(trainingAt(address), address).toEqual({ setting: DEFAULT_SETTING, step: 0 });
    }
    expect(trainingAt("?step=99999").step).toBe(600);
  });

  it("is the same training as the command", () => {
    const setting = { ...DEFAULT_SETTING, noiseVariance: 0.25, seed: 3 };
    expect(commandOf(setting)).toBe(
      "npm start -- train --context 20 --dimension 5 --noise gaussian:variance=0.25 " +
        "--method rao-blackwell --steps 600 --batch 1536 --starts 1 --seed 3",
    );
    expect(configOf(setting)).toMatchObject({
      law: { contextLength: 20, dimension: 5, noise: { law: "gaussian", variance: 0.25 } },
      training: { method: "rao-blackwell", steps: 600, batch: 1536, starts: 1 },
      seed: 3,
    });
  });

  it("is held against Theorem 1", () => {
    expect(predictionOf(DEFAULT_SETTING).stepSize).toBeCloseTo(1 / 26, 14);
    expect(predictionOf(DEFAULT_SETTING).loss).toBeCloseTo(5 - 100 / 26, 13);
  });

  it("comes within 1 % of η*, even with the shortest contexts of the largest dimension", async () => {
    const largest = Math.max(...CHOICES.dimension);
    const shortest = Math.min(...CHOICES.contextLength);
    for (const setting of [DEFAULT_SETTING, { ...DEFAULT_SETTING, contextLength: shortest, dimension: largest }]) {
      let last: readonly (readonly number[])[] = [];
      const report = await runTraining(configOf(setting), {
        onState: ({ preconditioner }) => void (last = preconditioner ?? last),
      });
      expect(last).toEqual(report.preconditioner);
      expect(factsOf(last, predictionOf(setting).stepSize).distance).toBeLessThan(0.01);
    }
  });
});
