import { isotropic, scale } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalStepSize } from "../optimum/step-size.ts";
import { pretrainingLoss } from "../risk/pretraining-loss.ts";
import { mergedFlow, mergedHalfTime } from "./merged-flow.ts";

const setting = { contextLength: 5, covariates: isotropic(3, 1.7), tasks: isotropic(3, 0.6), noiseVariance: 0.4 };
const prefactor = 0.3;
// On x/√s the law is isotropic with ω² = 0.6·1.7, and its step is s times the step on x.
const step =
  optimalStepSize({ contextLength: 5, dimension: 3, noiseVariance: 0.4, taskVariance: 0.6 * 1.7 }).value / 1.7;
const limit = step / prefactor;
const rate = 4 * prefactor * 5 * 0.6 * 1.7 ** 2 * Math.sqrt(3);

describe("the logistic curve", () => {
  test.each([1e-9, 0.4, 1, 1.3, 50])("as it is written, from %d of its limit on", (share) => {
    const initial = share * limit;
    const times = [0, 0.1, 1, 30].map((periods) => periods / rate);
    const moments = gaussianLinearMoments(setting);
    mergedFlow({ setting, initial, prefactor }, times).value.forEach(({ time, gamma, loss }, k) => {
      expect(time).toBe(times[k]);
      const expected = limit / (1 + (limit / initial - 1) * Math.exp(-rate * time));
      expectClose(gamma / expected, 1, 1e-13);
      const performed = scale(isotropic(3).matrix, prefactor * gamma);
      expectClose(loss / pretrainingLoss(moments, performed).value, 1, 1e-13);
    });
  });

  test("is halfway at t_½, and has no plateau from half of the limit on", () => {
    const halfTime = (share: number): number => mergedHalfTime({ setting, initial: share * limit, prefactor }).value;
    expectClose(halfTime(0.1) * rate, Math.log(9), 1e-13);
    expectClose(halfTime(0.49) * rate, Math.log(51 / 49), 1e-13);
    expect([0.5 + 1e-12, 0.9, 1, 7].map(halfTime)).toEqual([0, 0, 0, 0]);
  });

  test("has the prefactor 1/n where none is given", () => {
    const initial = 0.01;
    expect(mergedFlow({ setting, initial }, [2]).value).toEqual(
      mergedFlow({ setting, initial, prefactor: 0.2 }, [2]).value,
    );
  });
});
