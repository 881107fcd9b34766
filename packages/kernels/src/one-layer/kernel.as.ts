// Loss and gradient of one layer on prompts that are drawn in the lanes. See `strip.as.ts` for the arrays.

import { chi } from "../lanes/chi.as";
import { normals } from "../lanes/normals.as";
import { addRaoBlackwell, addRows, addTwoColumn } from "./methods.as";
import { packKeys } from "./pack-keys.as";
import { Strip } from "./strip.as";
import { takeSums } from "./sums.as";

export { openLanes } from "../lanes/open-lanes.as";

export function packKeysF32(strip: usize, keyQuery: usize): void {
  packKeys<f32>(changetype<Strip>(strip), keyQuery);
}

export function packKeysF64(strip: usize, keyQuery: usize): void {
  packKeys<f64>(changetype<Strip>(strip), keyQuery);
}

export function twoColumnF32(strip: usize): void {
  addTwoColumn<f32>(changetype<Strip>(strip));
}

export function twoColumnF64(strip: usize): void {
  addTwoColumn<f64>(changetype<Strip>(strip));
}

export function rowsF32(strip: usize): void {
  addRows<f32>(changetype<Strip>(strip));
}

export function rowsF64(strip: usize): void {
  addRows<f64>(changetype<Strip>(strip));
}

export function raoBlackwellF32(strip: usize): void {
  addRaoBlackwell<f32>(changetype<Strip>(strip));
}

export function raoBlackwellF64(strip: usize): void {
  addRaoBlackwell<f64>(changetype<Strip>(strip));
}

export function takeSumsF32(strip: usize, into: usize): void {
  takeSums<f32>(changetype<Strip>(strip), into);
}

export function takeSumsF64(strip: usize, into: usize): void {
  takeSums<f64>(changetype<Strip>(strip), into);
}

// What lanes draw, for the test that it is what the twin draws.

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
