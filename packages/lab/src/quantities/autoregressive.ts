import { autoregressiveSteps } from "@onestep/theory";
import { isotropicSetting, restate } from "../law-settings.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best step sizes where every position is a query; the law's own context length does not enter. */
export const autoregressive: Quantity = defineQuantity({
  name: "autoregressive",
  summary: "the best steps where every position is a query",
  options: { length: numberOption("K", "the loss averages over context lengths 1 … K") },
  reads: isotropicSetting,
  formula: (setting, { length }) =>
    restate(autoregressiveSteps(length, setting), setting, ({ unnormalised, normalised }, unit) => ({
      unnormalised: unnormalised * unit,
      normalised: normalised * unit,
    })),
});
