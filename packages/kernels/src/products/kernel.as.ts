// Products of strips.

import { multiply } from "./multiply.as";
import { addOuterProducts, reduceSums } from "./outer-products.as";

export function multiplyF32(
  panels: usize,
  rows: i32,
  columns: i32,
  x: usize,
  base: usize,
  into: usize,
  vectors: i32,
  stride: usize,
): void {
  multiply<f32>(panels, rows, columns, x, base, into, vectors, stride);
}

export function multiplyF64(
  panels: usize,
  rows: i32,
  columns: i32,
  x: usize,
  base: usize,
  into: usize,
  vectors: i32,
  stride: usize,
): void {
  multiply<f64>(panels, rows, columns, x, base, into, vectors, stride);
}

export function addOuterProductsF32(
  pairs: usize,
  count: i32,
  rows: i32,
  columns: i32,
  sums: usize,
  vectors: i32,
  strideA: usize,
  strideB: usize,
): void {
  addOuterProducts<f32>(pairs, count, rows, columns, sums, vectors, strideA, strideB);
}

export function addOuterProductsF64(
  pairs: usize,
  count: i32,
  rows: i32,
  columns: i32,
  sums: usize,
  vectors: i32,
  strideA: usize,
  strideB: usize,
): void {
  addOuterProducts<f64>(pairs, count, rows, columns, sums, vectors, strideA, strideB);
}

export function reduceSumsF32(sums: usize, rows: i32, columns: i32, into: usize): void {
  reduceSums<f32>(sums, rows, columns, into);
}

export function reduceSumsF64(sums: usize, rows: i32, columns: i32, into: usize): void {
  reduceSums<f64>(sums, rows, columns, into);
}

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
