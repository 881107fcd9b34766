import { lawFileOfFlags } from "@onestep/data";
import { checkTrainingConfig, plannedDistance, runTraining } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { factsOf } from "../../training/gamma-facts.ts";
import { heightsOf, LINK_NAMES } from "./link-choice.ts";
import { DEFAULT_SETTING, predictionOf, unitStep } from "./nonlinear-setting.ts";
import { checkCommandOf, lawToCheck, SYMMETRIES } from "./symmetry.ts";
import { addressOf, commandOf, configOf, nonlinearAt, STEPS, toleranceOf, trainedSetting } from "./training-setting.ts";

/** The law that the flags of a command make. */
function lawOf(command: string): unknown {
  const flag = (name: string): string | undefined => new RegExp(`--${name} '?([^' ]+)`).exec(command)?.[1];
  return lawFileOfFlags({
    covariates: flag("covariates"),
    target: flag("target"),
    noise: flag("noise"),
    context: Number(flag("context")),
    dimension: Number(flag("dimension")),
  });
}

describe("the training of the page", () => {
  it("is told by its address, and so is a link that was drawn", () => {
    const setting = { link: "relu", contextLength: 20, dimension: 3, noiseVariance: 0.25, seed: 17 } as const;
    const address = { setting, symmetry: "skewed", step: 250 } as const;
    expect(addressOf(address)).toBe("link=relu&n=20&d=3&noise=0.25&seed=17&covariates=skewed&step=250");
    expect(nonlinearAt(`?${addressOf(address)}`)).toEqual(address);
    const drawn = { setting: { ...setting, link: heightsOf("tanh") }, symmetry: "gaussian", step: 0 } as const;
    expect(addressOf(drawn)).toMatch(/^link=-0.95_-0.9_-0.75_-0.45_0_0.45_0.75_0.9_0.95&n=20/);
    expect(nonlinearAt(addressOf(drawn))).toEqual(drawn);
    // It is not trained.
    expect(nonlinearAt(`${addressOf(drawn)}&step=100`).step).toBe(0);
  });

  it("is the default where an address offers what the controls do not", () => {
    const expected = { setting: DEFAULT_SETTING, symmetry: "gaussian", step: 0 };
    for (const address of [
      "",
      "?link=none&n=21&d=9&noise=-1&seed=x&covariates=any",
      "?link=1_2",
      "?link=9_0_0_0_0_0_0_0_0",
    ]) {
      expect(nonlinearAt(address), address).toEqual(expected);
    }
    expect(nonlinearAt("?step=99999").step).toBe(STEPS);
  });

  it.each(LINK_NAMES)("is the same training as the command, with the link %s", (link) => {
    const setting = { ...DEFAULT_SETTING, link, noiseVariance: 0.1, seed: 3 };
    const command = commandOf(setting);
    const { law, training } = configOf(setting);
    expect(lawOf(command)).toMatchObject(law);
    expect(command).toMatch(/ --method sampled --steps 300 --batch 2048 --starts 4 --seed 3$/);
    expect(training).toEqual({ method: "sampled", steps: 300, batch: 2048, starts: 4 });
  });

  it.each(SYMMETRIES)("asks the same as the command, of %s covariates", (symmetry) => {
    const setting = { ...DEFAULT_SETTING, link: "sine", noiseVariance: 0.1 } as const;
    const { contextLength, target, noise } = lawToCheck(setting, symmetry).file;
    expect(lawOf(checkCommandOf(setting, symmetry)!)).toMatchObject({ contextLength, target, noise });
    expect(checkCommandOf({ ...setting, link: heightsOf("sine") }, symmetry)).toBeUndefined();
  });

  it("trains a link that has a name", () => {
    expect(trainedSetting(DEFAULT_SETTING)).toEqual(DEFAULT_SETTING);
    expect(trainedSetting({ ...DEFAULT_SETTING, link: heightsOf("relu") }).link).toBe("identity");
  });

  it("falls as silent as its verdict asks, where there is nothing for a step to learn", async () => {
    const setting = { ...DEFAULT_SETTING, link: "abs", noiseVariance: 0.25, contextLength: 6 } as const;
    const config = configOf(setting);
    const { preconditioner } = await runTraining(config);
    const { stepSize } = predictionOf(setting);
    const tolerance = toleranceOf(stepSize, plannedDistance(checkTrainingConfig(config, "config")));
    expect(factsOf(preconditioner!, stepSize, unitStep(setting)).distance).toBeLessThan(tolerance);
  });
});

describe("what the verdict asks for", () => {
  it("is 2 %, or twice what sampling leaves where that is more", () => {
    expect(toleranceOf(0.1, 0.004)).toBe(0.02);
    expect(toleranceOf(0.1, 0.016)).toBe(0.032);
    expect(toleranceOf(0.1, undefined)).toBe(0.02);
    expect(toleranceOf(0, undefined)).toBe(0.05);
  });

  it("is a distance in units of the step", () => {
    const rows = [
      [0.1, 0.03],
      [0.04, 0.1],
    ];
    expect(factsOf(rows, 0.1, 0.1).distance).toBeCloseTo(Math.sqrt(0.0025 / 2) / 0.1, 14);
    expect(factsOf(rows, 0, 0.2).distance).toBeCloseTo(Math.sqrt(0.0225 / 2) / 0.2, 14);
    expect(factsOf(rows, 0.1, 0.1).offDiagonal).toBeCloseTo(Math.sqrt(0.0025 / 2), 14);
  });
});
