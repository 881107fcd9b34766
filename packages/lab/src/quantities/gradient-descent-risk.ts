import { gradientDescentRisk } from "@onestep/theory";
import { linearSetting } from "../law-settings.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The exact risk of k equal steps of gradient descent on the context. */
export const gradientDescent: Quantity = defineQuantity({
  name: "gradient-descent-risk",
  summary: "the risk of k steps of gradient descent on the context",
  options: {
    steps: numberOption("k", "how many steps"),
    rate: numberOption("a", "their size, in units of XᵀX/n"),
  },
  reads: linearSetting,
  formula: (setting, { steps, rate }) => gradientDescentRisk(setting, { steps, rate }),
  otherwise: "one-step-risk and shift hold for any covariance; for Ω = ω²Σ⁻¹, depth gives the best whitened steps",
});
