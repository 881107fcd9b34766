import { reluAttention } from "@onestep/theory";
import { isotropicSetting, restate } from "../law-settings.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best coefficient of attention with ReLU scores. */
export const relu: Quantity = defineQuantity({
  name: "relu-attention",
  summary: "the best step of attention with ReLU scores, and its loss",
  reads: isotropicSetting,
  formula: (setting) =>
    restate(reluAttention(setting), setting, ({ stepSize, loss }, unit) => ({ stepSize: stepSize * unit, loss })),
});
