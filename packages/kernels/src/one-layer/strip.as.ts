// A strip: prompts side by side, one a lane, and all that is computed of them. Every quantity is an array [row][vector]
// of v128; tokens have m = d + 1 rows, the last one for the response.

/** Written by the caller, two doubles and then words, in this order. */
export class Strip {
  contextLength: f64 = 0;
  noiseDeviation: f64 = 0;

  /** d and m, and both rounded up to whole tiles */
  dimension: i32 = 0;
  width: i32 = 0;
  dimensionTiled: i32 = 0;
  widthTiled: i32 = 0;
  /** bytes from row to row */
  stride: usize = 0;
  /** fours of prompts in this strip */
  fours: i32 = 0;
  /** fours that are drawn: all of them, or the first quarter, of which the others are antithetic copies */
  drawn: i32 = 0;
  states: usize = 0;
  /** a row with 1 for a prompt that counts, and 0 for one that only fills the strip */
  weights: usize = 0;

  /** u `[m]`; the first d columns of M, and −1 times their transpose, as panels */
  value: usize = 0;
  keyPanels: usize = 0;
  minusTransposedPanels: usize = 0;
  /** w = C ω + μ: C as panels, or 0 where its diagonal `[d]` is all; μ `[d]` */
  taskPanels: usize = 0;
  taskFactors: usize = 0;
  taskShift: usize = 0;

  /** the query's covariates x and ω, `[d]` each; the query's noise; g₁ and g₂ `[m]`, or a chunk of context rows */
  query: usize = 0;
  omega: usize = 0;
  noise: usize = 0;
  first: usize = 0;
  second: usize = 0;
  /** χ_n and χ_{n−1}, a row each */
  firstLength: usize = 0;
  secondLength: usize = 0;

  /** w `[d]`, the same place as ω unless C is a full matrix */
  task: usize = 0;
  /** p = Tᵀu, or p/|p|, `[m]`; |p|, a row */
  direction: usize = 0;
  norm: usize = 0;
  /** k = M v_q and then Tᵀk `[m]` */
  keys: usize = 0;
  /** W p and then G u, W Tᵀk and then G k, `[m]` each */
  attended: usize = 0;
  contracted: usize = 0;
  /** of the rows so far, where they are summed block by block: W p, what its rounding lost, W k and what that lost */
  totals: usize = 0;
  /** ŷ − y_q, a row; or w − Γᵀ…, `[d]`: see the methods */
  residual: usize = 0;

  /** sums over prompts, lanes apart: ∂M in tiles; ∂u and then the loss, `[m + 1]` */
  keySums: usize = 0;
  valueSums: usize = 0;
  /** the two strips whose outer products make ∂M */
  outerPair: usize = 0;
}

/** Bytes of a row of this strip: less than its stride where the strip is shorter than others. */
export function rowBytes<T>(strip: Strip): usize {
  return <usize>strip.fours * 4 * sizeof<T>();
}

/** v128 in a row of this strip. */
export function vectorsOf<T>(strip: Strip): i32 {
  return <i32>(rowBytes<T>(strip) >> 4);
}
