import {
  frobeniusNorm,
  matrix,
  scale,
  traceOfProduct,
  transpose,
  type Matrix,
  type PromptMoments,
} from "@onestep/core";
import { lossGradient, pretrainingLoss } from "@onestep/theory";
import { length, type Landscape } from "./point.ts";

/**
 * The loss of one layer without an even part, ŷ = u_y x_qᵀ M_xxᵀ Xᵀy, on any law with moments: R(Γ) with Γ = u_y M_xxᵀ,
 *
 * $$ \partial u_y = \langle \nabla R, M_{xx}^\top \rangle, \qquad \partial M_{xx} = u_y\, (\nabla R)^\top. $$
 *
 * @param step u_y and M_xx of the layer
 */
export function stepLandscape(
  moments: PromptMoments,
  step: { readonly value: number; readonly quadratic: Matrix },
  optimum: Matrix,
): Landscape {
  const d = moments.dimension;
  const stepAt = (at: Float64Array): Matrix => scale(transpose(matrix(d, d, at.slice(1))), at[0]);
  const position = balanced(step.value, step.quadratic);
  return {
    slopeAt: (at) => {
      const gradient = lossGradient(moments, stepAt(at)).value;
      const quadratic = matrix(d, d, at.slice(1));
      const slopes = [traceOfProduct(gradient, quadratic), ...scale(transpose(gradient), at[0]).values];
      return Promise.resolve({
        loss: pretrainingLoss(moments, stepAt(at)).value,
        gradient: Float64Array.from(slopes),
      });
    },
    position,
    size: Math.max(length(position), length(balanced(1, transpose(optimum)))) || 1,
    gauge: (at) => [at.map((entry, i) => (i === 0 ? entry : -entry))],
  };
}

/** u_y and M_xx of equal length; where one is zero, as they are. */
function balanced(value: number, quadratic: Matrix): Float64Array {
  const ratio = Math.sqrt(frobeniusNorm(quadratic) / Math.abs(value));
  const factor = ratio > 0 && ratio < Infinity ? ratio : 1;
  return Float64Array.of(value * factor, ...scale(quadratic, 1 / factor).values);
}
