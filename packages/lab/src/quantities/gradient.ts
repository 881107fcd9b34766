import { promptMoments } from "@onestep/data";
import { lossGradient, pretrainingLoss } from "@onestep/theory";
import { matrixOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The population loss of a step and its gradient there; 0 at the optimum. */
export const gradient: Quantity = defineQuantity({
  name: "gradient",
  summary: "the loss of a step Γ and its gradient in Γ",
  options: { preconditioner: matrixOption("file", "the rows of Γ in JSON, or what theory optimum --json printed") },
  reads: promptMoments,
  formula(moments, { preconditioner }) {
    const form = lossGradient(moments, preconditioner);
    return { ...form, value: { loss: pretrainingLoss(moments, preconditioner).value, gradient: form.value } };
  },
});
