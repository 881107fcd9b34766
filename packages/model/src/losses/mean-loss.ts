import type { PredictionLoss } from "./prediction-loss.ts";

/** The batch loss L = (1/N) Σ ℓ(ŷ, y) of N predictions, and its slopes ∂L/∂ŷ = ℓ'(ŷ, y)/N. */
export function meanLoss(
  loss: PredictionLoss,
  predictions: Float64Array,
  responses: Float64Array,
): { readonly loss: number; readonly slopes: Float64Array } {
  // Where a layer overflowed there is no loss to ask for.
  if (!predictions.every(Number.isFinite)) return { loss: Infinity, slopes: predictions.map(() => Infinity) };
  const total = predictions.reduce((sum, prediction, at) => sum + loss.value(prediction, responses[at]), 0);
  const slopes = predictions.map((prediction, at) => loss.derivative(prediction, responses[at]) / predictions.length);
  return { loss: total / predictions.length, slopes };
}
