import { NumericalError, type LsaParameters, type Matrix } from "@onestep/core";
import type { BatchEvaluation } from "./lsa-engine.ts";

/**
 * A loss and a gradient in the shapes of the parameters, as engines return them: an overflow is an outcome that training
 * reports, so the numbers need not be finite, but none is NaN.
 */
export function batchEvaluation(
  { keyQuery, valueProjection }: LsaParameters<Matrix>,
  loss: number,
  keyQueryGradient: Float64Array,
  valueProjectionGradient: Float64Array,
): BatchEvaluation {
  return {
    loss: lossWithoutNaN(loss),
    gradient: {
      keyQuery: { ...keyQuery, values: withoutNaN(keyQueryGradient) },
      valueProjection: { ...valueProjection, values: withoutNaN(valueProjectionGradient) },
    },
  };
}

/** A loss that overflowed, be it to NaN, is infinite. */
export function lossWithoutNaN(loss: number): number {
  return Number.isNaN(loss) ? Infinity : loss;
}

/** The same for the entries of a gradient. */
export function withoutNaN(values: Float64Array): Float64Array {
  return values.some(Number.isNaN) ? values.map((value) => (Number.isNaN(value) ? Infinity : value)) : values;
}

/** @throws NumericalError for a prediction, made from finite numbers, that is not finite itself */
export function requirePredictions(where: string, predictions: Float64Array): Float64Array {
  const prompt = predictions.findIndex((prediction) => !Number.isFinite(prediction));
  if (prompt < 0) return predictions;
  throw new NumericalError({
    where,
    expected: "a finite prediction",
    arrived: `${predictions[prompt]} for prompt ${prompt}`,
    hint: "an iteration that diverges needs a smaller step size; very large numbers need another unit",
  });
}
