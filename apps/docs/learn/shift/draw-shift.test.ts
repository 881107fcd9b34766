import { expect, it } from "vitest";

import { agreementOf } from "./agreement.ts";
import { drawShift, type ShiftEstimate } from "./draw-shift.ts";
import { BLOCK, DEFAULT_SETTING, NO_SHIFT, type ShiftSetting } from "./shift-setting.ts";
import { shiftedRisks } from "./shifted-risks.ts";

const blocks = (setting: ShiftSetting, count: number): readonly ShiftEstimate[] => {
  const drawn: ShiftEstimate[] = [];
  for (const estimate of drawShift(setting)) {
    drawn.push(estimate);
    if (drawn.length === count) break;
  }
  return drawn;
};
const theory = ({ trained, shift }: ShiftSetting): number => {
  const risks = shiftedRisks(trained, shift);
  return risks.trained * risks.energy;
};

it("prompts of the shifted law agree with the closed form, and with that of no other law", () => {
  const shift = { length: 0.5, covariates: 2, query: 0.5, tasks: 4, noise: 1 };
  const setting = { ...DEFAULT_SETTING, shift };
  const last = blocks(setting, 10)[9];
  expect(last).toMatchObject({ step: 10, prompts: 10 * BLOCK });
  expect(Math.abs(agreementOf(last, theory(setting)).z)).toBeLessThan(4);
  for (const name of ["length", "covariates", "query", "tasks", "noise"] as const) {
    const other = { ...setting, shift: { ...shift, [name]: NO_SHIFT[name] } };
    expect(agreementOf(last, theory(other)).isReached, name).toBe(false);
  }
});

it("a seed draws the same prompts again, and another seed others", () => {
  const [once, again] = [blocks(DEFAULT_SETTING, 1), blocks(DEFAULT_SETTING, 1)];
  expect(again).toEqual(once);
  expect(blocks({ ...DEFAULT_SETTING, seed: 1 }, 1)[0].loss).not.toBe(once[0].loss);
});

it("agreement asks for both: few standard errors, and one percent", () => {
  expect(agreementOf({ loss: 1.005, standardError: 0.002 }, 1).isReached).toBe(true);
  expect(agreementOf({ loss: 1.005, standardError: 0.001 }, 1).isReached).toBe(false);
  expect(agreementOf({ loss: 1.02, standardError: 0.01 }, 1).isReached).toBe(false);
});
