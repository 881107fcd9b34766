import { runTraining } from "@onestep/lab";
import { lawFileOfFlags } from "@onestep/data";
import { describe, expect, it } from "vitest";

import { DEFAULT_SETTING, type CovarianceSetting } from "./covariance-setting.ts";
import { distanceBetween, predictionOf, TOLERANCE } from "./preconditioners.ts";
import { addressOf, commandOf, configOf, STEPS, trainingAt } from "./training-setting.ts";

describe("the training of the page", () => {
  it("is told by its address", () => {
    const setting: CovarianceSetting = {
      variances: [0.5, 3.25],
      angle: 120,
      contextLength: 40,
      noiseVariance: 2,
      tasks: "isotropic",
      seed: 17,
    };
    const address = { setting, step: 250 };
    expect(addressOf(address)).toBe("first=0.5&second=3.25&angle=120&n=40&noise=2&tasks=isotropic&seed=17&step=250");
    expect(trainingAt(`?${addressOf(address)}`)).toEqual(address);
    expect(trainingAt(addressOf({ setting: DEFAULT_SETTING, step: 0 }))).toEqual({ setting: DEFAULT_SETTING, step: 0 });
  });

  it("is the default where an address offers what the controls do not", () => {
    for (const address of ["", "?first=0&second=9&angle=x&n=21&noise=-1&tasks=any&seed=-1", "?first=&second=a&n="]) {
      expect(trainingAt(address), address).toEqual({ setting: DEFAULT_SETTING, step: 0 });
    }
    expect(trainingAt("?step=99999").step).toBe(STEPS);
    expect(trainingAt("?angle=200").setting.angle).toBe(20);
  });

  it.each(["whitened", "isotropic"] as const)("is the same training as the command, with %s tasks", (tasks) => {
    const setting = { ...DEFAULT_SETTING, tasks, seed: 3 };
    const command = commandOf(setting);
    const flag = (name: string): string => new RegExp(`--${name} '?([^' ]+)`).exec(command)![1];
    const { law, training, seed } = configOf(setting);
    const { dimension: _, ...written } = law;
    expect(
      lawFileOfFlags({
        covariates: flag("covariates"),
        tasks: flag("tasks"),
        noise: flag("noise"),
        context: Number(flag("context")),
      }),
    ).toMatchObject(written);
    expect(command).toMatch(/ --method rao-blackwell --steps 600 --batch 2048 --starts 8 --seed 3$/);
    expect(training).toEqual({ method: "rao-blackwell", steps: 600, batch: 2048, starts: 8 });
    expect(seed).toBe(3);
  });

  it("comes within 1 % of Γ*, even with the shortest contexts, the most noise and the longest ellipse", async () => {
    const longest = { ...DEFAULT_SETTING, variances: [4, 0.25] as const, contextLength: 4, noiseVariance: 2 };
    for (const setting of [DEFAULT_SETTING, longest, { ...longest, tasks: "isotropic" as const }]) {
      const { preconditioner } = await runTraining(configOf(setting));
      expect(distanceBetween(preconditioner!, predictionOf(setting).preconditioner)).toBeLessThan(TOLERANCE);
    }
  });
});
