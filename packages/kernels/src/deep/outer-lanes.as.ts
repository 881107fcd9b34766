// Sums of outer products that every prompt has for itself, one prompt a lane.

import { TILE, VECTOR } from "../products/multiply.as";
import { plusProduct } from "../wasm/products.as";

/**
 * C = Σ a bᵀ over pairs of strips, prompt by prompt: each entry is written once.
 *
 * @param pairs pointers a, b, a, b, …: two u32 a pair
 * @param count of pairs, at least one
 * @param rows of each strip
 * @param into C, `[rows][rows][vectors]`
 */
export function sumOuterLanes<T>(pairs: usize, count: i32, rows: i32, into: usize, stride: usize): void {
  const end = pairs + ((<usize>count) << 3);
  const row = <usize>rows * stride;
  for (let left: usize = 0; left < row; left += TILE * stride) {
    for (let right: usize = 0; right < row; right += TILE * stride) {
      const tile = into + left * <usize>rows + right;
      for (let lane: usize = 0; lane < stride; lane += VECTOR) {
        sumTile<T>(pairs, end, left + lane, right + lane, tile + lane, row, stride);
      }
    }
  }
}

function sumTile<T>(pair: usize, end: usize, left: usize, right: usize, into: usize, row: usize, stride: usize): void {
  let s00 = i32x4.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s20 = s00;
  let s21 = s00;
  let s22 = s00;
  const stride2 = stride << 1;
  for (; pair < end; pair += 8) {
    const a = <usize>load<u32>(pair) + left;
    const b = <usize>load<u32>(pair, 4) + right;
    const y0 = v128.load(b);
    const y1 = v128.load(b + stride);
    const y2 = v128.load(b + stride2);
    const x0 = v128.load(a);
    s00 = plusProduct<T>(s00, x0, y0);
    s01 = plusProduct<T>(s01, x0, y1);
    s02 = plusProduct<T>(s02, x0, y2);
    const x1 = v128.load(a + stride);
    s10 = plusProduct<T>(s10, x1, y0);
    s11 = plusProduct<T>(s11, x1, y1);
    s12 = plusProduct<T>(s12, x1, y2);
    const x2 = v128.load(a + stride2);
    s20 = plusProduct<T>(s20, x2, y0);
    s21 = plusProduct<T>(s21, x2, y1);
    s22 = plusProduct<T>(s22, x2, y2);
  }
  v128.store(into, s00);
  v128.store(into + stride, s01);
  v128.store(into + stride2, s02);
  v128.store(into + row, s10);
  v128.store(into + row + stride, s11);
  v128.store(into + row + stride2, s12);
  v128.store(into + (row << 1), s20);
  v128.store(into + (row << 1) + stride, s21);
  v128.store(into + (row << 1) + stride2, s22);
}
