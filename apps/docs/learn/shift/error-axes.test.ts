import { expect, it } from "vitest";

import { amountAxis, amountTicks, errorAxis, errorTicks } from "./error-axes.ts";
import { shiftCurve } from "./shift-curves.ts";
import { DEFAULT_SETTING, NO_SHIFT, type ShiftName } from "./shift-setting.ts";

const { trained } = DEFAULT_SETTING;
const curveAlong = (along: ShiftName, of = trained) => shiftCurve(of, NO_SHIFT, along);

it("factors are marked by powers of two, below 1 as fractions, and noise by equal steps from that of training", () => {
  const factors = amountAxis(trained, curveAlong("tasks"), "tasks");
  expect(amountTicks(factors, "tasks").map(({ label }) => label)).toEqual(["1/8", "1/4", "1/2", "1", "2", "4", "8"]);
  const lengths = amountAxis(trained, curveAlong("length"), "length");
  expect([lengths.from, lengths.to]).toEqual([2, 128]);
  const noise = amountAxis(trained, curveAlong("noise"), "noise");
  expect([noise.from, noise.to]).toEqual([0.25, 4.25]);
  expect(amountTicks(noise, "noise").map(({ label }) => label)).toEqual(["1", "2", "3", "4"]);
});

it("an axis of errors has at least three marks, holds what it is to say 0, and ends where errors vanish", () => {
  for (const along of ["length", "covariates", "query", "tasks", "noise"] as const) {
    for (const noiseVariance of [0, 1]) {
      const axis = errorAxis(curveAlong(along, { ...trained, noiseVariance }));
      expect(axis.from).toBeGreaterThanOrEqual(0.001);
      expect(axis.to).toBeGreaterThan(1);
      expect(errorTicks(axis).length, `${along}, ${noiseVariance}`).toBeGreaterThan(2);
      expect(errorTicks(axis).map(({ label }) => label)).toContain("1");
    }
  }
});
