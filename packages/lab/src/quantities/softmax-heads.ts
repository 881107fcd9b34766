import { mapClosedForm, softmaxHeads } from "@onestep/theory";
import { linearSetting } from "../law-settings.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** Two softmax heads of opposite sign as their scores become small: linear attention with one pair less. */
export const softmax: Quantity = defineQuantity({
  name: "softmax-heads",
  summary: "what two softmax heads of opposite sign reach, beside linear attention",
  reads: linearSetting,
  formula: (setting) =>
    mapClosedForm(softmaxHeads(setting), ({ loss, linearLoss, preconditioner }) => ({
      loss,
      linearLoss,
      preconditioner,
    })),
});
