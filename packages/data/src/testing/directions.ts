import { drawUnitVector, multiplyVector, type Covariance, type RandomStream } from "@onestep/core";
import { whitener } from "../moments/whitener.ts";

/** A direction u for which uᵀΣu = 1, so that ⟨u, x⟩ is of order 1 whatever the units of x. `[d]` */
export function drawDirection(stream: RandomStream, covariance: Covariance): Float64Array {
  return multiplyVector(whitener(covariance), drawUnitVector(stream, new Float64Array(covariance.dimension)));
}

/** ⟨u, x⟩, at the covariate x that begins at `offset`. */
export function project(direction: Float64Array, covariates: Float64Array, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < direction.length; i++) sum += direction[i] * covariates[offset + i];
  return sum;
}
