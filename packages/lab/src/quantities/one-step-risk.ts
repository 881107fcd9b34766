import { promptMoments } from "@onestep/data";
import { oneStepRisk } from "@onestep/theory";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The risk of one gradient step of a given size, on any law. */
export const oneStep: Quantity = defineQuantity({
  name: "one-step-risk",
  summary: "the risk of one gradient step of a given size",
  options: { stepSize: numberOption("η", "η in ŷ = η x_qᵀXᵀy") },
  reads: promptMoments,
  formula: (moments, { stepSize }) => oneStepRisk(moments, stepSize),
});
