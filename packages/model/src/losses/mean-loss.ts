import type { PredictionLoss } from "./prediction-loss.ts";

/** The batch loss L = (1/N) Σ ℓ(ŷ, y) of N predictions, and its slopes ∂L/∂ŷ = ℓ'(ŷ, y)/N. */
export function meanLoss(
  loss: PredictionLoss,
  predictions: Float64Array,
  responses: Float64Array,
): { readonly loss: number; readonly slopes: Float64Array } {
  const total = predictions.reduce((sum, prediction, at) => sum + loss.value(prediction, responses[at]), 0);
  const slopes = predictions.map((prediction, at) => loss.derivative(prediction, responses[at]) / predictions.length);
  return { loss: total / predictions.length, slopes };
}
