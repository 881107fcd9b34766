import type { Covariance, RandomStream } from "@onestep/core";
import { bartlettSampler } from "./bartlett.ts";
import { multiplyLower, type ContextFactor } from "./context-factor.ts";
import { rememberByLength } from "./remember.ts";

/** Draws a context into a factor. */
export type DrawLinearContext = (
  stream: RandomStream,
  context: {
    readonly length: number;
    readonly covariance: Covariance;
    /** w, `[d]` */
    readonly taskVector: Float64Array;
    /** σ of this prompt */
    readonly deviation: number;
  },
  into: ContextFactor,
) => void;

/**
 * Contexts of Gaussian rows x ~ N(0, LLᵀ) with y = ⟨w, x⟩ + σε, at a cost that does not depend on n. The QR factors of
 * the rows are Xᵀ = LAQ with Bartlett's A; then v = (LA)ᵀw + σz with z ~ N(0, I_m), m = min(n, d), and what noise lies
 * outside the rows' span only has a length, σ²χ²_{n−m}.
 *
 * Together this is Bartlett's factor of G ~ W_{d+1}(n, Ψ) for the covariance Ψ of a row and its response; n < d and σ = 0
 * are no special cases.
 */
export function linearContexts(dimension: number): DrawLinearContext {
  const samplerFor = rememberByLength((length) => bartlettSampler(length, dimension));
  return (stream, { length, covariance, taskVector, deviation }, into) => {
    const sampler = samplerFor(length);
    into.values.fill(0);
    into.columns = sampler.columns;
    into.triangular = true;
    sampler.draw(stream, into.values, 0, into.stride);
    multiplyLower(covariance.factor.values, into, dimension);

    stream.fillNormals(into.coordinates, 0, into.columns);
    for (let column = 0; column < into.columns; column++) {
      let sum = deviation * into.coordinates[column];
      for (let i = 0; i < dimension; i++) sum += taskVector[i] * into.values[i * into.stride + column];
      into.coordinates[column] = sum;
    }
    into.residual = deviation * deviation * sampler.drawOutside(stream);
  };
}
