import { ridgeRisk } from "@onestep/theory";
import { linearSetting } from "../law-settings.ts";
import { numberOption } from "./option.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The exact risk of ridge regression on the context. */
export const ridge: Quantity = defineQuantity({
  name: "ridge-risk",
  summary: "the risk of ridge regression on the context",
  options: { lambda: numberOption("λ", "the penalty, added to XᵀX (not divided by n)") },
  reads: linearSetting,
  formula: (setting, { lambda }) => ridgeRisk(setting, lambda),
  otherwise: "bayes-risk, the risk of the best ridge with penalty σ²Ω⁻¹, holds for any Σ and Ω",
});
