import { add, cholesky, identity, multiply, scale, solvePositiveDefinite, type Matrix } from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { TargetMoments } from "../define/define-target.ts";
import { requireFiniteMoments } from "./require-finite.ts";
import { requireGaussian } from "./require-gaussian.ts";

/** α² exp(−‖x − x'‖²/2ℓ²) */
export interface RbfKernel {
  /** ℓ */
  readonly lengthScale: number;
  /** α */
  readonly amplitude: number;
}

/**
 * The moments of any random function with E f(x)f(x') = α² exp(−‖x − x'‖²/2ℓ²), over x ~ N(0, Σ) and x' ~ N(0, Σ').
 * Tilted by the kernel, (x, x') is Gaussian still, with the covariance whose block off the diagonal is
 * Σ(ℓ²I + Σ + Σ')⁻¹Σ', so that
 *
 * $$ \mathbb{E}[k(x, x')\, x x'^\top] = \alpha^2 \det\!\Big(I + \frac{\Sigma+\Sigma'}{\ell^2}\Big)^{-1/2}
 *    \Sigma\,(\ell^2 I + \Sigma + \Sigma')^{-1} \Sigma', \qquad
 *    \mathbb{E}[f^2 x x^\top] = \alpha^2 \Sigma $$
 *
 * @throws AssumptionError unless both laws are Gaussian
 * @throws NumericalError where α² or 1/ℓ² overflows
 */
export function rbfKernelMoments(
  { lengthScale, amplitude }: RbfKernel,
  context: CovariateLaw,
  query: CovariateLaw,
): TargetMoments {
  requireGaussian(context, "a target with an RBF kernel");
  requireGaussian(query, "a target with an RBF kernel");
  const variance = amplitude ** 2;
  const precision = 1 / (lengthScale * lengthScale);
  requireFiniteMoments([variance, precision]);
  const tilted = (other: CovariateLaw): Matrix => {
    const [own, others] = [context.covariance.matrix, other.covariance.matrix];
    const spread = add(identity(own.rows), scale(add(own, others), precision));
    const product = multiply(own, solvePositiveDefinite(spread, others));
    return scale(product, variance * precision * inverseRootDeterminant(spread));
  };
  const contextMoment = tilted(context);
  return {
    crossMoment: query === context ? contextMoment : tilted(query),
    contextMoment,
    energy: scale(context.covariance.matrix, variance),
    secondMoment: variance,
  };
}

/** (det a)^{−½}, the product of the inverse pivots, which may underflow and never overflows for a ≥ I. */
function inverseRootDeterminant(a: Matrix): number {
  const { rows, values } = cholesky(a);
  let product = 1;
  for (let i = 0; i < rows; i++) product /= values[i * (rows + 1)];
  return product;
}
