// Products of one shared matrix with a strip: many vectors side by side, one prompt a lane.
//
// A strip is an array [row][vector] of v128. Rows come in threes (the last ones padded with zeros) and so do vectors, so
// that every product is made of tiles of 3 × 3 accumulators, which with their operands just fit the sixteen registers
// that engines use.

import { plusProduct } from "../wasm/products.as";

/** Rows of a panel, and vectors of a tile. */
export const TILE: usize = 3;
/** Bytes of a v128, and of the vectors of a tile. */
export const VECTOR: usize = 16;
export const TILE_BYTES: usize = 48;

/**
 * Y = B + S X for a shared matrix S.
 *
 * @param panels S as `packPanels` lays it out
 * @param rows of S, a multiple of 3
 * @param columns of S, and rows of X
 * @param x X, `[columns][vectors]`
 * @param base B, of the shape of Y, or 0 for none; it may be Y itself
 * @param into Y, `[rows][vectors]`; not X
 * @param vectors a multiple of 3
 * @param stride bytes from row to row of X, B and Y
 */
export function multiply<T>(
  panels: usize,
  rows: i32,
  columns: i32,
  x: usize,
  base: usize,
  into: usize,
  vectors: i32,
  stride: usize,
): void {
  const panel: usize = <usize>columns * TILE * sizeof<T>();
  const end = panels + (<usize>rows / TILE) * panel;
  for (let tile: i32 = 0; tile < vectors; tile += <i32>TILE) {
    let to = into;
    let from = base;
    // The loop of a tile is its own function, called from two places so that no compiler inlines it: with the variables
    // of this function around it, it would not have the registers for its sums, and take twice as long.
    for (let at = panels; at < end; at += panel) {
      if (base) multiplyTile<T>(at, at + panel, x, from, to, stride);
      else multiplyTile<T>(at, at + panel, x, 0, to, stride);
      to += TILE * stride;
      from += TILE * stride;
    }
    x += TILE_BYTES;
    into += TILE_BYTES;
    base += base ? TILE_BYTES : 0;
  }
}

function multiplyTile<T>(panel: usize, end: usize, x: usize, base: usize, into: usize, stride: usize): void {
  let y00 = i32x4.splat(0);
  let y01 = y00;
  let y02 = y00;
  let y10 = y00;
  let y11 = y00;
  let y12 = y00;
  let y20 = y00;
  let y21 = y00;
  let y22 = y00;
  const stride2 = stride << 1;
  if (base) {
    y00 = v128.load(base);
    y01 = v128.load(base, 16);
    y02 = v128.load(base, 32);
    y10 = v128.load(base + stride);
    y11 = v128.load(base + stride, 16);
    y12 = v128.load(base + stride, 32);
    y20 = v128.load(base + stride2);
    y21 = v128.load(base + stride2, 16);
    y22 = v128.load(base + stride2, 32);
  }
  for (; panel < end; panel += TILE * sizeof<T>()) {
    const x0 = v128.load(x);
    const x1 = v128.load(x, 16);
    const x2 = v128.load(x, 32);
    const s0 = v128.load_splat<T>(panel);
    y00 = plusProduct<T>(y00, s0, x0);
    y01 = plusProduct<T>(y01, s0, x1);
    y02 = plusProduct<T>(y02, s0, x2);
    const s1 = v128.load_splat<T>(panel, sizeof<T>());
    y10 = plusProduct<T>(y10, s1, x0);
    y11 = plusProduct<T>(y11, s1, x1);
    y12 = plusProduct<T>(y12, s1, x2);
    const s2 = v128.load_splat<T>(panel, 2 * sizeof<T>());
    y20 = plusProduct<T>(y20, s2, x0);
    y21 = plusProduct<T>(y21, s2, x1);
    y22 = plusProduct<T>(y22, s2, x2);
    x += stride;
  }
  v128.store(into, y00);
  v128.store(into, y01, 16);
  v128.store(into, y02, 32);
  v128.store(into + stride, y10);
  v128.store(into + stride, y11, 16);
  v128.store(into + stride, y12, 32);
  v128.store(into + stride2, y20);
  v128.store(into + stride2, y21, 16);
  v128.store(into + stride2, y22, 32);
}
