import { leastSquaresRisk } from "@onestep/theory";
import { linearSetting } from "../law-settings.ts";
import { defineQuantity, type Quantity } from "./quantity.ts";

/** The risk of least squares on the context; `"infinite"` with noise where n is within 1 of d. */
export const leastSquares: Quantity = defineQuantity({
  name: "least-squares-risk",
  summary: "the risk of least squares, of least norm for n < d",
  reads: linearSetting,
  formula: (setting) => leastSquaresRisk(setting),
  otherwise: "bayes-risk holds for any Σ and Ω, and least squares for any once n ≥ d",
});
