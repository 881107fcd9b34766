// Sums of outer products over the prompts of strips: what gradients of shared matrices are made of.

import { TILE, TILE_BYTES, VECTOR } from "./multiply.as";
import { plusProduct } from "../wasm/products.as";

/** Bytes of a tile of sums: 3 × 3 v128, row by row. */
export const SUMS_TILE: usize = 144;

/**
 * Adds Σ a bᵀ, prompt by prompt, over pairs of strips. The lanes stay apart until `reduceSums`.
 *
 * @param pairs pointers a, b, a, b, …: two u32 a pair
 * @param count of pairs, at least one
 * @param rows of each a, a multiple of 3
 * @param columns rows of each b, a multiple of 3
 * @param sums `[rows/3][columns/3]` tiles
 * @param vectors a multiple of 3
 * @param strideA bytes from row to row of each a; strideB of each b
 */
export function addOuterProducts<T>(
  pairs: usize,
  count: i32,
  rows: i32,
  columns: i32,
  sums: usize,
  vectors: i32,
  strideA: usize,
  strideB: usize,
): void {
  const end = pairs + ((<usize>count) << 3);
  const bytes = <usize>vectors * VECTOR;
  const endA = <usize>rows * strideA;
  const endB = <usize>columns * strideB;
  for (let atA: usize = 0; atA < endA; atA += TILE * strideA) {
    for (let atB: usize = 0; atB < endB; atB += TILE * strideB) {
      const a0 = <usize>load<u32>(pairs) + atA;
      addTile<T>(a0, a0 + bytes, <usize>load<u32>(pairs, 4) + atB, sums, strideA, strideB);
      for (let pair = pairs + 8; pair < end; pair += 8) {
        const a = <usize>load<u32>(pair) + atA;
        addTile<T>(a, a + bytes, <usize>load<u32>(pair, 4) + atB, sums, strideA, strideB);
      }
      sums += SUMS_TILE;
    }
  }
}

/** Called from two places so that no compiler inlines it: see `multiply`. */
function addTile<T>(a0: usize, end: usize, b0: usize, sums: usize, strideA: usize, strideB: usize): void {
  let s00 = v128.load(sums);
  let s01 = v128.load(sums, 16);
  let s02 = v128.load(sums, 32);
  let s10 = v128.load(sums, 48);
  let s11 = v128.load(sums, 64);
  let s12 = v128.load(sums, 80);
  let s20 = v128.load(sums, 96);
  let s21 = v128.load(sums, 112);
  let s22 = v128.load(sums, 128);
  let a1 = a0 + strideA;
  let a2 = a1 + strideA;
  let b1 = b0 + strideB;
  let b2 = b1 + strideB;
  for (; a0 < end; a0 += VECTOR) {
    const y0 = v128.load(b0);
    const y1 = v128.load(b1);
    const y2 = v128.load(b2);
    const x0 = v128.load(a0);
    s00 = plusProduct<T>(s00, x0, y0);
    s01 = plusProduct<T>(s01, x0, y1);
    s02 = plusProduct<T>(s02, x0, y2);
    const x1 = v128.load(a1);
    s10 = plusProduct<T>(s10, x1, y0);
    s11 = plusProduct<T>(s11, x1, y1);
    s12 = plusProduct<T>(s12, x1, y2);
    const x2 = v128.load(a2);
    s20 = plusProduct<T>(s20, x2, y0);
    s21 = plusProduct<T>(s21, x2, y1);
    s22 = plusProduct<T>(s22, x2, y2);
    a1 += VECTOR;
    a2 += VECTOR;
    b0 += VECTOR;
    b1 += VECTOR;
    b2 += VECTOR;
  }
  v128.store(sums, s00);
  v128.store(sums, s01, 16);
  v128.store(sums, s02, 32);
  v128.store(sums, s10, 48);
  v128.store(sums, s11, 64);
  v128.store(sums, s12, 80);
  v128.store(sums, s20, 96);
  v128.store(sums, s21, 112);
  v128.store(sums, s22, 128);
}

/**
 * Adds the lanes of sums of outer products, in their order and in f64, and clears the sums.
 *
 * @param sums tiles, as `addOuterProducts` leaves them
 * @param rows a multiple of 3; `columns` too
 * @param into `[rows][columns]` × f64, overwritten
 */
export function reduceSums<T>(sums: usize, rows: i32, columns: i32, into: usize): void {
  const width = (<usize>columns) << 3;
  for (let i: usize = 0; i < <usize>rows; i += TILE) {
    for (let j: usize = 0; j < <usize>columns; j += TILE) {
      const corner = into + i * width + (j << 3);
      for (let row: usize = 0; row < TILE; row++) {
        const to = corner + row * width;
        for (let k: usize = 0; k < TILE_BYTES; k += VECTOR) {
          store<f64>(to + (k >> 1), sumOfLanes<T>(v128.load(sums)));
          v128.store(sums, i32x4.splat(0));
          sums += VECTOR;
        }
      }
    }
  }
}

/** Adds the lanes of `count` vectors, each for itself, in their order and in f64, and clears the vectors. */
export function sumLanes<T>(sums: usize, count: i32, into: usize): void {
  for (const end = into + ((<usize>count) << 3); into < end; into += 8) {
    store<f64>(into, sumOfLanes<T>(v128.load(sums)));
    v128.store(sums, i32x4.splat(0));
    sums += VECTOR;
  }
}

/** The sum of the lanes, in their order and in f64. */
function sumOfLanes<T>(x: v128): f64 {
  if (sizeof<T>() == 8) return f64x2.extract_lane(x, 0) + f64x2.extract_lane(x, 1);
  const low = <f64>f32x4.extract_lane(x, 0) + <f64>f32x4.extract_lane(x, 1);
  return low + <f64>f32x4.extract_lane(x, 2) + <f64>f32x4.extract_lane(x, 3);
}
