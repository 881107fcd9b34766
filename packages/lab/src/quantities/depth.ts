import { optimalDepth, tiedDepth } from "@onestep/theory";
import { layeredSetting, restate } from "../law-settings.ts";
import { flagOption, numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The best L layers that are each a step of gradient descent, whitened where Σ is no multiple of I. */
export const depth: Quantity = defineQuantity({
  name: "depth",
  summary: "the best step sizes of L layers, and their loss",
  options: {
    layers: numberOption("L", "how many layers"),
    tied: flagOption("one step size for all layers, as in a looped model"),
  },
  reads: layeredSetting,
  formula: ({ setting, ...whitening }, { layers, tied }) =>
    restate(
      (tied ? tiedDepth : optimalDepth)(setting, layers),
      whitening,
      ({ stepSizes, loss, bestPolynomialLoss }, unit) => ({
        stepSizes: stepSizes.map((stepSize) => stepSize * unit),
        loss,
        bestPolynomialLoss,
      }),
    ),
  otherwise: "depth-floor bounds the loss of any depth on any law; optimum is one layer, exactly",
});
