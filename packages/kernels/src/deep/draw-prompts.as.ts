// Gaussian rows and a linear task, as statistics: G/n of a context is drawn as a Wishart matrix, at a cost that does not
// depend on n.

import { chi } from "../lanes/chi.as";
import { normals } from "../lanes/normals.as";
import { multiply, TILE, VECTOR } from "../products/multiply.as";
import { formGram } from "./gram.as";
import { plusProduct } from "../wasm/products.as";

/**
 * Draws the prompts of a strip: w = μ + Cω, the query x and y = wᵀx + σε, and G = FFᵀ with F = TL, L the factor of
 * Bartlett of a Wishart matrix of n degrees of freedom, T = [[I, 0], [wᵀ, σ]].
 *
 * A prompt draws ω, x and ε; then the normals of L's diagonal tiles, row by row; those left of them, three rows at a
 * time and column by column; then its χ. Every run has an even number of normals.
 *
 * @param degrees n
 * @param rows d + 1 rounded up to a multiple of 3
 * @param task the panels of C; `mean` is a strip of μ
 * @param draws room for 3·rows + 2 rows
 * @param factor room for F, see `formGram`, and a row
 * @param gram G/n
 * @param query (x, 0), a strip
 * @param responses y, a row
 */
export function drawPrompts<T>(
  states: usize,
  dimension: i32,
  rows: i32,
  degrees: f64,
  deviation: f64,
  task: usize,
  mean: usize,
  draws: usize,
  factor: usize,
  gram: usize,
  query: usize,
  responses: usize,
  vectors: i32,
): void {
  const stride = <usize>vectors * VECTOR;
  const fours = sizeof<T>() == 4 ? vectors : vectors >> 1;
  const d = <usize>dimension * stride;
  const tasks = draws + 2 * (<usize>rows + 1) * stride;
  normals<T>(states, fours, draws, 2 * dimension + 2, stride);
  multiply<T>(task, wholeTiles(dimension), dimension, draws, mean, tasks, vectors, stride);
  memory.copy(query, draws + d, d);
  memory.fill(query + d, 0, <usize>rows * stride - d);
  answer<T>(d, tasks, draws + d, deviation, responses, stride);

  const rank = <i32>min<f64>(degrees, <f64>(dimension + 1));
  const columns = wholeTiles(rank);
  // The diagonal's normals and its χ take the place of ω and x.
  const lengths = draws + ((<usize>rows + 1) & ~1) * stride;
  normals<T>(states, fours, draws, (rows + 1) & ~1, stride);
  drawBelowTiles<T>(states, fours, rows, rank, columns, factor, stride);
  for (let j: i32 = 0; j < rank; j++) chi<T>(states, fours, lengths + <usize>j * stride, degrees - <f64>j);
  fillTiles(dimension + 1, rows, rank, columns, draws, lengths, factor, stride);
  mapLastRow<T>(dimension, columns, deviation, tasks, factor, stride);
  formGram<T>(gram, rows, factor, columns, 1 / degrees, stride);
}

/** y = wᵀx + σε, with ε behind x. */
function answer<T>(bytes: usize, tasks: usize, x: usize, deviation: f64, into: usize, stride: usize): void {
  const sigma = v128.splat<T>(<T>deviation);
  for (let q: usize = 0; q < stride; q += VECTOR) {
    let sum = v128.mul<T>(sigma, v128.load(x + bytes + q));
    for (let at = q; at < bytes; at += stride) {
      sum = plusProduct<T>(sum, v128.load(tasks + at), v128.load(x + at));
    }
    v128.store(into + q, sum);
  }
}

/** The normals left of the diagonal tiles, and zeros where a column of the last tile is beyond n. */
function drawBelowTiles<T>(
  states: usize,
  fours: i32,
  rows: i32,
  rank: i32,
  columns: i32,
  panel: usize,
  stride: usize,
): void {
  const column = TILE * stride;
  for (let i: i32 = 0; i < rows; i += <i32>TILE) {
    const drawn = <i32>TILE * min(i, rank);
    normals<T>(states, fours, panel, (drawn + 1) & ~1, stride);
    const end = <usize>min(i + <i32>TILE, columns) * column;
    memory.fill(panel + <usize>drawn * stride, 0, end - <usize>drawn * stride);
    panel += end;
  }
}

/** The tiles of the diagonal, and zeros for the rows that pad the last panel. */
function fillTiles(
  width: i32,
  rows: i32,
  rank: i32,
  columns: i32,
  drawn: usize,
  lengths: usize,
  panel: usize,
  stride: usize,
): void {
  const column = TILE * stride;
  for (let i: i32 = 0; i < rows; i += <i32>TILE) {
    const end = panel + <usize>min(i + <i32>TILE, columns) * column;
    let to = panel + <usize>i * column;
    for (let j = i; j < min(i + <i32>TILE, rank); j++) {
      const k = <usize>(j - i);
      memory.copy(to + k * stride, lengths + <usize>j * stride, stride);
      for (let r = k + 1; r < TILE; r++) {
        // Row by row below the diagonal: (1, 0), (2, 0), (2, 1).
        memory.copy(to + r * stride, drawn + (<usize>i + ((r * (r - 1)) >> 1) + k) * stride, stride);
      }
      to += column;
    }
    for (let r = width - i; r < <i32>TILE; r++) {
      for (let at = panel + <usize>r * stride; at < end; at += column) memory.fill(at, 0, stride);
    }
    panel = end;
  }
}

/** Takes the last row of L to that of TL: Σ wᵢ Lᵢ + σ L_m. */
function mapLastRow<T>(dimension: i32, columns: i32, deviation: f64, tasks: usize, factor: usize, stride: usize): void {
  const column = TILE * stride;
  const sigma = v128.splat<T>(<T>deviation);
  const top = <usize>dimension / TILE;
  let last = factor;
  for (let i: usize = 0; i < top; i++) last += <usize>min(<i32>(TILE * (i + 1)), columns) * column;
  const end = last + <usize>min(<i32>(TILE * (top + 1)), columns) * column;
  last += (<usize>dimension % TILE) * stride;
  for (let at = last; at < end; at += column) {
    for (let q: usize = 0; q < stride; q += VECTOR) v128.store(at + q, v128.mul<T>(sigma, v128.load(at + q)));
  }
  let panel = factor;
  for (let i: i32 = 0; i < dimension; i += <i32>TILE) {
    const size = <usize>min(i + <i32>TILE, columns) * column;
    for (let r: i32 = 0; r < min(<i32>TILE, dimension - i); r++) {
      const w = tasks + <usize>(i + r) * stride;
      let to = last;
      for (let at = panel + <usize>r * stride; at < panel + size; at += column) {
        for (let q: usize = 0; q < stride; q += VECTOR) {
          const term = v128.mul<T>(v128.load(w + q), v128.load(at + q));
          v128.store(to + q, v128.add<T>(v128.load(to + q), term));
        }
        to += column;
      }
    }
    panel += size;
  }
}

function wholeTiles(size: i32): i32 {
  return ((size + <i32>TILE - 1) / <i32>TILE) * <i32>TILE;
}
