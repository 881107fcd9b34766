// Loss and gradient of deep linear attention, strip by strip. Programs and memory come from `strip-memory.ts`.

export { openLanes } from "../lanes/open-lanes.as";
import { reduceSums, sumLanes } from "../products/outer-products.as";
import { drawPrompts } from "./draw-prompts.as";
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

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
