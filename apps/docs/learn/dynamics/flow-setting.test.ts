import { expect, it } from "vitest";

import { addressOf, commandOf, DEFAULT_SETTING, eigenvaluesOf, flowAt, LOOKS } from "./flow-setting.ts";

it("a training is told by its address", () => {
  const setting = {
    attention: "merged",
    spectrum: "8:4:2:1",
    startSize: 0.05,
    contextLength: 127,
    noiseVariance: 0.25,
    seed: 12,
  } as const;
  expect(addressOf({ setting, step: 40 })).toBe(
    "attention=merged&spectrum=8:4:2:1&start=0.05&n=127&noise=0.25&seed=12&step=40",
  );
  expect(flowAt(`?${addressOf({ setting, step: 40 })}`)).toEqual({ setting, step: 40 });
});

it("an address that offers what the controls do not is the default", () => {
  for (const address of ["", "?attention=none&spectrum=5:1&start=-1&n=9&noise=x&seed=-3&step=1.5"]) {
    expect(flowAt(address), address).toEqual({ setting: DEFAULT_SETTING, step: 0 });
  }
  expect(flowAt("?step=99999").step).toBe(LOOKS);
});

it("spectra have the trace 1, and are what the command says", () => {
  expect(eigenvaluesOf(DEFAULT_SETTING)).toEqual([0.4, 0.3, 0.2, 0.1]);
  expect(commandOf({ ...DEFAULT_SETTING, noiseVariance: 1 })).toBe(
    "npm start -- theory plateaus --covariates 'gaussian:covariance=[0.4,0.3,0.2,0.1]' --dimension 4 " +
      "--context 31 --noise gaussian:variance=1",
  );
});
