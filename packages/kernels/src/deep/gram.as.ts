// Symmetric matrices, one a prompt and one prompt a lane: the lower triangle in tiles of 3 × 3 v128, row of tiles by row
// of tiles, one vector's triangle after another. The tiles of the diagonal are whole.

import { TILE, TILE_BYTES, VECTOR } from "../products/multiply.as";
import { SUMS_TILE } from "../products/outer-products.as";
import { multiplyTile } from "./lane-products.as";
import { plusProduct } from "../wasm/products.as";

/** Bytes of one vector's triangle. */
export function gramBytes(rows: i32): usize {
  const tiles = <usize>rows / TILE;
  return ((tiles * (tiles + 1)) >> 1) * SUMS_TILE;
}

/** The place of entry (i, j) in a triangle, j at most in the tile of the diagonal. */
export function entryOf(gram: usize, i: usize, j: usize): usize {
  const row = i / TILE;
  const tile = ((row * (row + 1)) >> 1) + j / TILE;
  return gram + tile * SUMS_TILE + ((i % TILE) * TILE + (j % TILE)) * VECTOR;
}

/**
 * Y = B + H X, prompt by prompt. Each entry of a triangle is read once and used twice.
 *
 * @param gram H
 * @param x a strip `[rows][vectors]`, and so are B and Y
 * @param base B, or 0 for none; it may be Y
 * @param into Y; not X
 */
export function applyGram<T>(
  gram: usize,
  rows: i32,
  x: usize,
  base: usize,
  into: usize,
  vectors: i32,
  stride: usize,
): void {
  const height = <usize>rows * stride;
  for (const end = x + <usize>vectors * VECTOR; x < end; x += VECTOR) {
    let size: usize = SUMS_TILE;
    for (let at: usize = 0; at < height; at += TILE * stride) {
      applyRowOfTiles<T>(gram, gram + size, x, base ? base + at : 0, into, at, stride);
      gram += size;
      size += SUMS_TILE;
    }
    into += VECTOR;
    base += base ? VECTOR : 0;
  }
}

/** What the tiles left of the diagonal add to rows above, which are there already, and the rows of this tile. */
function applyRowOfTiles<T>(tile: usize, end: usize, x: usize, base: usize, y: usize, at: usize, stride: usize): void {
  const stride2 = stride << 1;
  const a0 = v128.load(x + at);
  const a1 = v128.load(x + at + stride);
  const a2 = v128.load(x + at + stride2);
  let s0 = i32x4.splat(0);
  let s1 = i32x4.splat(0);
  let s2 = i32x4.splat(0);
  if (base) {
    s0 = v128.load(base);
    s1 = v128.load(base + stride);
    s2 = v128.load(base + stride2);
  }
  let to = y;
  for (const last = end - SUMS_TILE; tile < last; tile += SUMS_TILE) {
    const x0 = v128.load(x);
    const x1 = v128.load(x + stride);
    const x2 = v128.load(x + stride2);
    let g = v128.load(tile);
    let y0 = v128.mul<T>(g, a0);
    s0 = plusProduct<T>(s0, g, x0);
    g = v128.load(tile, 16);
    let y1 = v128.mul<T>(g, a0);
    s0 = plusProduct<T>(s0, g, x1);
    g = v128.load(tile, 32);
    let y2 = v128.mul<T>(g, a0);
    s0 = plusProduct<T>(s0, g, x2);
    g = v128.load(tile, 48);
    y0 = plusProduct<T>(y0, g, a1);
    s1 = plusProduct<T>(s1, g, x0);
    g = v128.load(tile, 64);
    y1 = plusProduct<T>(y1, g, a1);
    s1 = plusProduct<T>(s1, g, x1);
    g = v128.load(tile, 80);
    y2 = plusProduct<T>(y2, g, a1);
    s1 = plusProduct<T>(s1, g, x2);
    g = v128.load(tile, 96);
    y0 = plusProduct<T>(y0, g, a2);
    s2 = plusProduct<T>(s2, g, x0);
    g = v128.load(tile, 112);
    y1 = plusProduct<T>(y1, g, a2);
    s2 = plusProduct<T>(s2, g, x1);
    g = v128.load(tile, 128);
    y2 = plusProduct<T>(y2, g, a2);
    s2 = plusProduct<T>(s2, g, x2);
    v128.store(to, v128.add<T>(v128.load(to), y0));
    v128.store(to + stride, v128.add<T>(v128.load(to + stride), y1));
    v128.store(to + stride2, v128.add<T>(v128.load(to + stride2), y2));
    x += TILE * stride;
    to += TILE * stride;
  }
  s0 = plusProduct<T>(s0, v128.load(tile), a0);
  s0 = plusProduct<T>(s0, v128.load(tile, 16), a1);
  s0 = plusProduct<T>(s0, v128.load(tile, 32), a2);
  s1 = plusProduct<T>(s1, v128.load(tile, 48), a0);
  s1 = plusProduct<T>(s1, v128.load(tile, 64), a1);
  s1 = plusProduct<T>(s1, v128.load(tile, 80), a2);
  s2 = plusProduct<T>(s2, v128.load(tile, 96), a0);
  s2 = plusProduct<T>(s2, v128.load(tile, 112), a1);
  s2 = plusProduct<T>(s2, v128.load(tile, 128), a2);
  v128.store(to, s0);
  v128.store(to + stride, s1);
  v128.store(to + stride2, s2);
}

/**
 * H = s F Fᵀ of a lower trapezoidal factor.
 *
 * @param factor F in panels of 3 rows, each `[columns][3][vectors]`; panel I has min(3I + 3, `columns`) columns, and
 *   zeros above the diagonal
 * @param columns of F, a multiple of 3
 * @param scale s
 */
export function formGram<T>(gram: usize, rows: i32, factor: usize, columns: i32, scale: f64, stride: usize): void {
  const size = gramBytes(rows);
  const column = TILE * stride;
  let left = factor;
  for (let i: i32 = 0; i < rows; i += <i32>TILE) {
    let right = factor;
    for (let j: i32 = 0; j <= i; j += <i32>TILE) {
      const inner = min(j + <i32>TILE, columns);
      let tile = gram;
      for (let at: usize = 0; at < stride; at += VECTOR) {
        multiplyTile<T>(inner, left + at, stride, column, right + at, column, stride, 0, tile, TILE_BYTES, VECTOR);
        scaleTile<T>(tile, scale);
        tile += size;
      }
      right += <usize>inner * column;
      gram += SUMS_TILE;
    }
    left = right;
  }
}

function scaleTile<T>(tile: usize, scale: f64): void {
  const s = v128.splat<T>(<T>scale);
  for (const end = tile + SUMS_TILE; tile < end; tile += VECTOR) v128.store(tile, v128.mul<T>(s, v128.load(tile)));
}
