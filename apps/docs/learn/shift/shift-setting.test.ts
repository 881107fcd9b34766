import { expect, it } from "vitest";

import { addressOf, BLOCKS, DEFAULT_SETTING, NO_SHIFT, SHIFT_CHOICES, shiftAt } from "./shift-setting.ts";

it("a shift is told by its address", () => {
  const setting = {
    trained: { contextLength: 32, dimension: 2, noiseVariance: 0, attention: "sums" },
    shift: { length: 4, covariates: SHIFT_CHOICES.covariates[1], query: 1, tasks: 8, noise: 0.5 },
    along: "tasks",
    seed: 3,
  } as const;
  const address = addressOf({ setting, step: 40 });
  expect(address).toBe(
    "n=32&d=2&noise=0&attention=sums&along=tasks&seed=3&length-at=5&covariates-at=1&tasks-at=12&noise-at=2&step=40",
  );
  expect(shiftAt(`?${address}`)).toEqual({ setting, step: 40 });
});

it("an address that offers what the controls do not is the default", () => {
  for (const address of ["", "?n=9&d=x&noise=-1&attention=&along=none&seed=-1&length-at=99&tasks-at=1.5&step=x"]) {
    expect(shiftAt(address), address).toEqual({ setting: DEFAULT_SETTING, step: 0 });
  }
  expect(shiftAt("?step=99999").step).toBe(BLOCKS);
});

it("every slider can stand where nothing is shifted, and every length is whole", () => {
  for (const name of Object.keys(NO_SHIFT) as (keyof typeof NO_SHIFT)[]) {
    expect(SHIFT_CHOICES[name]).toContain(NO_SHIFT[name]);
  }
  expect(8 * Math.min(...SHIFT_CHOICES.length)).toBe(1);
});
