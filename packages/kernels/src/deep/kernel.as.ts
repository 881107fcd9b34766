// Loss and gradient of deep linear attention, strip by strip. Programs and memory come from `strip-memory.ts`.

export { openLanes } from "../lanes/open-lanes.as";
import { multiply } from "../products/multiply.as";
import { addOuterProducts, reduceSums, sumLanes } from "../products/outer-products.as";
import { drawPrompts } from "./draw-prompts.as";
import { loadPrompts } from "./load-prompts.as";
import { runProgram } from "./run-program.as";

export function drawPromptsF32(
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
  drawPrompts<f32>(
    states,
    dimension,
    rows,
    degrees,
    deviation,
    task,
    mean,
    draws,
    factor,
    gram,
    query,
    responses,
    vectors,
  );
}

export function drawPromptsF64(
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
  drawPrompts<f64>(
    states,
    dimension,
    rows,
    degrees,
    deviation,
    task,
    mean,
    draws,
    factor,
    gram,
    query,
    responses,
    vectors,
  );
}

export function loadPromptsF32(
  count: i32,
  dimension: i32,
  rows: i32,
  covariateGrams: usize,
  crossProducts: usize,
  responseEnergies: usize,
  queries: usize,
  queryResponses: usize,
  scales: usize,
  gram: usize,
  query: usize,
  responses: usize,
  vectors: i32,
): void {
  loadPrompts<f32>(
    count,
    dimension,
    rows,
    covariateGrams,
    crossProducts,
    responseEnergies,
    queries,
    queryResponses,
    scales,
    gram,
    query,
    responses,
    vectors,
  );
}

export function loadPromptsF64(
  count: i32,
  dimension: i32,
  rows: i32,
  covariateGrams: usize,
  crossProducts: usize,
  responseEnergies: usize,
  queries: usize,
  queryResponses: usize,
  scales: usize,
  gram: usize,
  query: usize,
  responses: usize,
  vectors: i32,
): void {
  loadPrompts<f64>(
    count,
    dimension,
    rows,
    covariateGrams,
    crossProducts,
    responseEnergies,
    queries,
    queryResponses,
    scales,
    gram,
    query,
    responses,
    vectors,
  );
}

export function runProgramF32(
  at: usize,
  width: i32,
  rows: i32,
  gram: usize,
  responses: usize,
  losses: usize,
  vectors: i32,
): void {
  runProgram<f32>(at, width, rows, gram, responses, losses, vectors);
}

export function runProgramF64(
  at: usize,
  width: i32,
  rows: i32,
  gram: usize,
  responses: usize,
  losses: usize,
  vectors: i32,
): void {
  runProgram<f64>(at, width, rows, gram, responses, losses, vectors);
}

export function reduceSumsF32(sums: usize, rows: i32, columns: i32, into: usize): void {
  reduceSums<f32>(sums, rows, columns, into);
}

export function reduceSumsF64(sums: usize, rows: i32, columns: i32, into: usize): void {
  reduceSums<f64>(sums, rows, columns, into);
}

export function sumLanesF32(sums: usize, count: i32, into: usize): void {
  sumLanes<f32>(sums, count, into);
}

export function sumLanesF64(sums: usize, count: i32, into: usize): void {
  sumLanes<f64>(sums, count, into);
}

// What programs are made of, for the test of these products alone.

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

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
