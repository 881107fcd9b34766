import { drawOrthogonal, drawUnitVector, multiplyVector, type Covariance, type RandomStream } from "@onestep/core";
import { whitener } from "../moments/whitener.ts";

/** A direction u for which uᵀΣu = 1, so that ⟨u, x⟩ is of order 1 whatever the units of x. `[d]` */
export function drawDirection(stream: RandomStream, covariance: Covariance): Float64Array {
  return multiplyVector(whitener(covariance), drawUnitVector(stream, new Float64Array(covariance.dimension)));
}

/** Directions u₁, u₂, … for which uᵢᵀΣuⱼ is 1 or 0, at most `count` of them: all there are up to that dimension. */
export function drawFrame(stream: RandomStream, covariance: Covariance, count: number): readonly Float64Array[] {
  const { dimension: d } = covariance;
  const [whiten, { values }] = [whitener(covariance), drawOrthogonal(stream, d)];
  return Array.from({ length: Math.min(d, count) }, (_, k) =>
    multiplyVector(whiten, values.subarray(k * d, (k + 1) * d)),
  );
}

/** The pairs of so many directions, each with itself and with those before it. */
export function pairsOf(count: number): readonly (readonly [number, number])[] {
  return Array.from({ length: count }, (_, j) => j).flatMap((j) =>
    Array.from({ length: j + 1 }, (__, k) => [j, k] as const),
  );
}

/** ⟨u, x⟩, at the covariate x that begins at `offset`. */
export function project(direction: Float64Array, covariates: Float64Array, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < direction.length; i++) sum += direction[i] * covariates[offset + i];
  return sum;
}
