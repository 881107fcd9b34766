/**
 * What linear attention sees of a batch of prompts: the context Gram matrix of each, in its three blocks, and the query.
 *
 * $$ G = \sum_i v_i v_i^\top = \begin{bmatrix} S & b \\ b^\top & c \end{bmatrix}, \qquad v_i = (x_i, y_i) $$
 *
 * Sums over the context are not divided by n. All arrays are row-major; the first axis is the prompt. For rows that are
 * Gaussian given the task, G can be drawn at a cost that does not depend on n.
 */
export interface ContextStatistics {
  readonly count: number;
  /** n, the number of rows behind each sum; for random lengths, the largest */
  readonly contextLength: number;
  readonly dimension: number;
  /** S = XᵀX, its lower triangle row by row: S_ij at i(i+1)/2 + j for j ≤ i, `[count, d(d+1)/2]`; empty if not drawn */
  readonly covariateGram: Float64Array;
  /** b = Xᵀy, `[count, d]` */
  readonly crossProduct: Float64Array;
  /** c = yᵀy, `[count]` */
  readonly responseEnergy: Float64Array;
  /** x_q, `[count, d]`; with several queries a prompt, `[count, queries, d]` */
  readonly queryCovariates: Float64Array;
  /** y_q, `[count]`; with several queries a prompt, `[count, queries]` */
  readonly queryResponses: Float64Array;
  /** Queries that share a context; omitted means 1. */
  readonly queries?: number;
  /** The number of rows of each context, `[count]`; omitted where all have `contextLength`. */
  readonly lengths?: Int32Array;
}
