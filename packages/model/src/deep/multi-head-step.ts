import { add, DomainError, type LsaParameters, type Matrix } from "@onestep/core";
import { requireFiniteResult } from "../finite-result.ts";
import { inducedStep } from "../lsa/induced-step.ts";

/** The in-context algorithm of one layer with several heads. */
export interface MultiHeadStep {
  /** Γ = Σ_h Γ_h in ŷ_odd = x_qᵀ Γ Xᵀy, `[d, d]`, never symmetrised */
  readonly preconditioner: Matrix;
  /** What is left: ŷ_even = x_qᵀ(Σ_h M_xxᵀ S u_x + c·energy), even in the responses. */
  readonly evenPart: {
    /** M_xx and u_x of each head: their sum over heads is a linear map of S that no single pair need give */
    readonly terms: readonly { readonly quadratic: Matrix; readonly direction: Float64Array }[];
    /** Σ_h u_y m_yx, `[d]` */
    readonly energy: Float64Array;
  };
}

/**
 * Reads the algorithm off the heads of one layer: predictions add up over heads, hence so do Γ and the even part.
 *
 * $$ \Gamma = \sum_h \bigl( u_{y} M_{xx}^\top + m_{yx} u_x^\top \bigr)_h $$
 *
 * Heads may carry even parts that cancel in the sum, and up to d + 1 of them can help where the law has no symmetry.
 *
 * @throws DomainError for no heads or an entry that is not finite; ShapeError where heads do not fit one another;
 * NumericalError where a product of weights overflows
 *
 * Source: expansion of Σ_h u_hᵀ G M_h v_q in blocks, as for `inducedStep`.
 *
 * @example
 * const head = (u) => ({ keyQuery: diagonal([3, 0]), valueProjection: matrix(2, 1, [0, u]) });
 * toRows(inducedStepOfHeads([head(2), head(-1)]).preconditioner); // => [[3]]
 */
export function inducedStepOfHeads(heads: readonly LsaParameters<Matrix>[]): MultiHeadStep {
  const steps = heads.map((head) => inducedStep(head));
  if (steps.length === 0) {
    throw new DomainError({
      where: "inducedStepOfHeads",
      expected: "at least one head",
      arrived: "none",
      hint: "a layer that shall do nothing is a head of zeros",
    });
  }
  const preconditioner = steps.map((step) => step.preconditioner).reduce((sum, one) => add(sum, one));
  const energy = steps
    .map(({ evenPart }) => evenPart.energy)
    .reduce((sum, one) => sum.map((entry, i) => entry + one[i]));
  for (const result of [preconditioner.values, energy]) requireFiniteResult("inducedStepOfHeads", result);
  const terms = steps.map(({ evenPart: { quadratic, direction } }) => ({ quadratic, direction }));
  return { preconditioner, evenPart: { terms, energy } };
}
