import { crossEntropyStep } from "@onestep/theory";
import { restate, signLabels } from "../law-settings.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best step for the cross-entropy loss on sign labels. */
export const crossEntropy: Quantity = defineQuantity({
  name: "cross-entropy",
  summary: "the best step for the cross-entropy loss on sign labels, and its loss",
  reads: signLabels,
  formula: (labels) =>
    restate(crossEntropyStep(labels), labels, ({ stepSize, loss }, unit) => ({ stepSize: stepSize * unit, loss })),
});
