import type { PromptLaw } from "@onestep/data";
import { mapClosedForm, mergedFlow, stepSizeOf } from "@onestep/theory";
import { outside, symmetricLinearSetting } from "../law-settings.ts";
import { listOption, numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** γ̂ along gradient flow of merged attention, divided by n, from a balanced start. */
export const dynamics: Quantity = defineQuantity({
  name: "dynamics",
  summary: "γ̂ along gradient flow of merged attention",
  options: {
    times: listOption("t1,t2,…", "the times at which γ̂ is wanted"),
    initial: numberOption("γ̂₀", "where it starts, above 0"),
  },
  reads(law: PromptLaw) {
    const setting = symmetricLinearSetting(law);
    // Along other covariances the directions are learned at rates of their own, and N = νI does not stay so.
    const isIsotropic = [setting.covariates, setting.tasks].every(({ matrix }) => stepSizeOf(matrix) !== null);
    if (isIsotropic) return setting;
    throw outside(
      "law",
      "covariates x ~ N(0, sI) and task vectors of covariance ω²I",
      "a covariance that is not a multiple of I",
    );
  },
  formula: (setting, { times, initial }) =>
    mapClosedForm(mergedFlow({ setting, initial }, times), (points) => points.map(({ gamma }) => gamma)),
});
