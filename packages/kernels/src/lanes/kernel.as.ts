// Random numbers on lanes, one stream a prompt.

import { chi } from "./chi.as";
import { normals } from "./normals.as";

export { openLanes } from "./open-lanes.as";

export function normalsF32(states: usize, fours: i32, into: usize, rows: i32, stride: usize): void {
  normals<f32>(states, fours, into, rows, stride);
}

export function normalsF64(states: usize, fours: i32, into: usize, rows: i32, stride: usize): void {
  normals<f64>(states, fours, into, rows, stride);
}

export function chiF32(states: usize, fours: i32, into: usize, degrees: f64): void {
  chi<f32>(states, fours, into, degrees);
}

export function chiF64(states: usize, fours: i32, into: usize, degrees: f64): void {
  chi<f64>(states, fours, into, degrees);
}

/** Where the caller's arrays may begin. */
export const heapBase: usize = __heap_base;
