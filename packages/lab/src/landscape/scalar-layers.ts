import { pseudoInverse, scale, subtract, frobeniusNorm, matrix, trace, multiply, type Covariance } from "@onestep/core";
import { scalarLayersOnPopulation, type LinearTransformer, type ScalarPopulation } from "@onestep/model";
import { length, type Landscape } from "./point.ts";

/** Layers read as steps a_l Σ⁻¹, and how much of them is not. */
export interface ScalarReading {
  /** a_l, in units of Σ⁻¹S/n */
  readonly steps: Float64Array;
  /** The largest share of a layer that is no such step. */
  readonly leftOut: number;
}

/** Reads P_l ⊗ Q_l as e eᵀ ⊗ −diag(a_l Σ⁻¹, 0): scales between P and Q are the layer's gauge, and drop out. */
export function readScalarLayers({ layers }: LinearTransformer, covariates: Covariance): ScalarReading {
  const d = covariates.dimension;
  const precision = pseudoInverse(covariates.matrix);
  const readings = layers.map((heads) => {
    const [{ valueProjection, keyQuery }] = heads;
    const corner = valueProjection.values[valueProjection.values.length - 1];
    const block = matrix(d, d);
    for (let i = 0; i < d; i++) {
      for (let j = 0; j < d; j++) block.values[i * d + j] = -corner * keyQuery.values[i * (d + 1) + j];
    }
    const step = trace(multiply(block, covariates.matrix)) / d;
    // What the last column of Q holds multiplies a response slot: it is no dead number in a deep model.
    const whole = frobeniusNorm(valueProjection) * frobeniusNorm(keyQuery);
    const kept = frobeniusNorm(scale(precision, step));
    const missed = frobeniusNorm(subtract(block, scale(precision, step)));
    const elsewhere = Math.sqrt(Math.max(0, whole ** 2 - frobeniusNorm(block) ** 2));
    return { step, leftOut: heads.length > 1 ? Infinity : Math.hypot(missed, elsewhere) / (kept || 1) };
  });
  return {
    steps: Float64Array.from(readings, ({ step }) => step),
    leftOut: Math.max(...readings.map(({ leftOut }) => leftOut)),
  };
}

/** The exact loss of layers a_l Σ⁻¹; nothing is gauge, and layers commute. */
export function scalarLandscape(law: ScalarPopulation, steps: Float64Array, optimum: readonly number[]): Landscape {
  const trainable = scalarLayersOnPopulation(law, steps.length);
  return {
    slopeAt: async (at) => trainable.lossAndGradient(at, undefined),
    position: steps,
    size: Math.max(length(steps), length(Float64Array.from(optimum))) || 1,
    gauge: () => [],
  };
}

/** ‖a − a*‖/‖a*‖ with both in ascending order. */
export function distanceOfSteps(steps: Float64Array, optimum: readonly number[]): number {
  const [own, best] = [steps.slice().sort(), Float64Array.from(optimum).sort()];
  return length(own.map((a, l) => a - best[l])) / (length(best) || 1);
}
