import { mapClosedForm, optimalDepth, tiedDepth } from "@onestep/theory";
import { linearSetting } from "../law-settings.ts";
import { flagOption, numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best L layers that are each a step of whitened gradient descent. */
export const depth: Quantity = defineQuantity({
  name: "depth",
  summary: "the best step sizes of L layers, and their loss",
  options: {
    layers: numberOption("L", "how many layers"),
    tied: flagOption("one step size for all layers, as in a looped model"),
  },
  reads: linearSetting,
  formula: (setting, { layers, tied }) =>
    mapClosedForm((tied ? tiedDepth : optimalDepth)(setting, layers), ({ stepSizes, loss, bestPolynomialLoss }) => ({
      stepSizes,
      loss,
      bestPolynomialLoss,
    })),
  otherwise: "depth-floor bounds the loss of any depth on any law; optimum is one layer, exactly",
});
