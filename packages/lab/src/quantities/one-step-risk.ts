import { identity, scale } from "@onestep/core";
import { promptMoments, type PromptLaw } from "@onestep/data";
import { oneStepRisk, randomSpectrumLoss } from "@onestep/theory";
import { randomSpectrumSetting } from "../random-spectrum-law.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The risk of one gradient step of a given size, on any law. */
export const oneStep: Quantity = defineQuantity({
  name: "one-step-risk",
  summary: "the risk of one gradient step of a given size",
  options: { stepSize: numberOption("η", "η in ŷ = η x_qᵀXᵀy") },
  reads: (law: PromptLaw) => law,
  formula(law, { stepSize }) {
    const spectrum = randomSpectrumSetting(law);
    if (spectrum === undefined) return oneStepRisk(promptMoments(law), stepSize);
    return randomSpectrumLoss(spectrum, scale(identity(law.dimension), stepSize));
  },
});
