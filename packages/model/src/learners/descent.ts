import { multiplyVector } from "@onestep/core";
import { crossProduct, type Context } from "./context.ts";

/** Xᵀ(y − Xw)/n, `[d]`: the direction of steepest descent of ‖y − Xw‖²/2n at w. */
export function descentDirection(context: Context, weights: Float64Array): Float64Array {
  const { covariates, responses } = context;
  const fitted = multiplyVector(covariates, weights);
  const residual = responses.map((response, i) => response - fitted[i]);
  return crossProduct(context, residual).map((entry) => entry / responses.length);
}

/** x + factor·y */
export function addScaled(x: Float64Array, factor: number, y: Float64Array): Float64Array {
  return x.map((entry, i) => entry + factor * y[i]);
}
