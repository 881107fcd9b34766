// Products of matrices that every prompt has for itself, one prompt a lane: `[row][column][vector]` of v128. Steps in
// bytes from row to row and from column to column say which of them is transposed.

import { TILE, VECTOR } from "../products/multiply.as";
import { plusProduct } from "../wasm/products.as";

/**
 * C = B + X Y, prompt by prompt.
 *
 * @param rows of X; all sizes but `inner` are multiples of 3
 * @param inner columns of X, at least one
 * @param columns of Y
 * @param base B, with the steps of C, or 0 for none; it may be C
 * @param into C; neither X nor Y
 */
export function multiplyLanes<T>(
  rows: i32,
  inner: i32,
  columns: i32,
  x: usize,
  xRow: usize,
  xColumn: usize,
  y: usize,
  yRow: usize,
  yColumn: usize,
  base: usize,
  into: usize,
  row: usize,
  column: usize,
  vectors: i32,
): void {
  for (const end = x + <usize>vectors * VECTOR; x < end; x += VECTOR) {
    for (let i: usize = 0; i < <usize>rows; i += TILE) {
      const left = x + i * xRow;
      for (let j: usize = 0; j < <usize>columns; j += TILE) {
        const at = i * row + j * column;
        const from = base ? base + at : 0;
        multiplyTile<T>(inner, left, xRow, xColumn, y + j * yColumn, yRow, yColumn, from, into + at, row, column);
      }
    }
    y += VECTOR;
    into += VECTOR;
    base += base ? VECTOR : 0;
  }
}

/** The same for 3 rows, 3 columns and one vector. */
export function multiplyTile<T>(
  inner: i32,
  x: usize,
  xRow: usize,
  xColumn: usize,
  y: usize,
  yRow: usize,
  yColumn: usize,
  base: usize,
  into: usize,
  row: usize,
  column: usize,
): void {
  let s00 = i32x4.splat(0);
  let s01 = s00;
  let s02 = s00;
  let s10 = s00;
  let s11 = s00;
  let s12 = s00;
  let s20 = s00;
  let s21 = s00;
  let s22 = s00;
  const row2 = row << 1;
  const column2 = column << 1;
  if (base) {
    s00 = v128.load(base);
    s01 = v128.load(base + column);
    s02 = v128.load(base + column2);
    s10 = v128.load(base + row);
    s11 = v128.load(base + row + column);
    s12 = v128.load(base + row + column2);
    s20 = v128.load(base + row2);
    s21 = v128.load(base + row2 + column);
    s22 = v128.load(base + row2 + column2);
  }
  const xRow2 = xRow << 1;
  const yColumn2 = yColumn << 1;
  for (; inner > 0; inner--) {
    const y0 = v128.load(y);
    const y1 = v128.load(y + yColumn);
    const y2 = v128.load(y + yColumn2);
    const x0 = v128.load(x);
    s00 = plusProduct<T>(s00, x0, y0);
    s01 = plusProduct<T>(s01, x0, y1);
    s02 = plusProduct<T>(s02, x0, y2);
    const x1 = v128.load(x + xRow);
    s10 = plusProduct<T>(s10, x1, y0);
    s11 = plusProduct<T>(s11, x1, y1);
    s12 = plusProduct<T>(s12, x1, y2);
    const x2 = v128.load(x + xRow2);
    s20 = plusProduct<T>(s20, x2, y0);
    s21 = plusProduct<T>(s21, x2, y1);
    s22 = plusProduct<T>(s22, x2, y2);
    x += xColumn;
    y += yRow;
  }
  v128.store(into, s00);
  v128.store(into + column, s01);
  v128.store(into + column2, s02);
  v128.store(into + row, s10);
  v128.store(into + row + column, s11);
  v128.store(into + row + column2, s12);
  v128.store(into + row2, s20);
  v128.store(into + row2 + column, s21);
  v128.store(into + row2 + column2, s22);
}
