import { add, matrix, outer, scale, transpose, type LsaParameters, type Matrix } from "@onestep/core";
import { requireFiniteResult } from "../finite-result.ts";
import { checkParameters } from "./parameters.ts";

/** The in-context algorithm that a layer's parameters carry out. */
export interface InducedStep {
  /** Γ in ŷ_odd = x_qᵀ Γ Xᵀy, `[d, d]`, never symmetrised */
  readonly preconditioner: Matrix;
  /**
   * What the layer does outside one step: ŷ_even = x_qᵀ(M_xxᵀ S u_x + c·u_y m_yx), with S = XᵀX and c = yᵀy.
   * It is even in the responses, so no step of gradient descent can be read into it.
   */
  readonly evenPart: {
    /** M_xx, `[d, d]` */
    readonly quadratic: Matrix;
    /** u_x, `[d]` */
    readonly direction: Float64Array;
    /** u_y·m_yx, `[d]` */
    readonly energy: Float64Array;
  };
}

/**
 * Reads the algorithm off the weights.
 *
 * $$ \Gamma = u_y M_{xx}^\top + m_{yx} u_x^\top $$
 *
 * Two layers with the same Γ are the same predictor only when the even part vanishes, so both are returned.
 *
 * @throws ShapeError, DomainError; NumericalError where a product of weights overflows
 *
 * Source: expansion of uᵀGMv_q in the blocks of u = (u_x, u_y) and M = (M_xx, m_xy; m_yxᵀ, m_yy); m_xy and m_yy
 * multiply the query's zero response and appear nowhere.
 *
 * @example
 * const layer = { keyQuery: matrix(2, 2, [3, 0, 0, 0]), valueProjection: matrix(2, 1, [0, 2]) };
 * toRows(inducedStep(layer).preconditioner); // => [[6]]
 */
export function inducedStep(parameters: LsaParameters<Matrix>): InducedStep {
  const dimension = checkParameters("inducedStep", parameters);
  const width = dimension + 1;
  const { keyQuery, valueProjection } = parameters;
  const quadratic = matrix(dimension, dimension);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) quadratic.values[i * dimension + j] = keyQuery.values[i * width + j]!;
  }
  const responseRow = keyQuery.values.slice(dimension * width, dimension * width + dimension); // m_yx
  const direction = valueProjection.values.slice(0, dimension); // u_x
  const responseValue = valueProjection.values[dimension]; // u_y
  const preconditioner = add(scale(transpose(quadratic), responseValue), outer(responseRow, direction));
  const energy = responseRow.map((entry) => responseValue * entry);
  for (const result of [preconditioner.values, energy]) requireFiniteResult("inducedStep", result);
  return { preconditioner, evenPart: { quadratic, direction, energy } };
}
