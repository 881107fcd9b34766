import { add, multiply, scale, traceOfProduct, type Matrix } from "@onestep/core";
import type { FourthMoment } from "../define/define-covariates.ts";

/**
 * The fourth moment of elliptical rows, whose direction is uniform once they are whitened:
 *
 * $$ \mathbb{E}[x x^\top \Omega x x^\top] = q\,\big(2\,\Sigma\Omega\Sigma + \mathrm{tr}(\Sigma\Omega)\,\Sigma\big) $$
 *
 * @param sigma Σ, `[d, d]`
 * @param tail q = E r⁴/(d(d+2)) for r = |Σ^{−½}x|, by Isserlis' theorem given r; 1 for Gaussian rows
 */
export function ellipticalFourthMoment(sigma: Matrix, tail: number = 1): FourthMoment {
  return (omega) =>
    scale(add(scale(multiply(sigma, omega, sigma), 2), scale(sigma, traceOfProduct(sigma, omega))), tail);
}
