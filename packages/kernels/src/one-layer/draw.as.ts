// What a strip draws. Antithetic prompts come in fours that share what one of them draws, up to signs: ω or −ω, and with
// either of them (ε_q, g₁, g₂) or −(ε_q, g₁, g₂). Each of the four has the law of a prompt, since signs of independent
// normals are free, and whatever in the gradient is odd in one of the two cancels in their mean.

import { chi } from "../lanes/chi.as";
import { normals } from "../lanes/normals.as";
import { multiply } from "../products/multiply.as";
import { rowBytes, Strip, vectorsOf } from "./strip.as";

/** Fills an even number of rows with normals. */
export function drawNormals<T>(strip: Strip, into: usize, rows: i32): void {
  normals<T>(strip.states, strip.drawn, into, rows, strip.stride);
  if (strip.drawn < strip.fours) mirror<T>(strip, into, rows);
}

/** Fills a row with lengths of normal vectors. */
export function drawLengths<T>(strip: Strip, into: usize, degrees: f64): void {
  chi<T>(strip.states, strip.drawn, into, degrees);
  if (strip.drawn < strip.fours) mirror<T>(strip, into, 1);
}

/** Copies the first quarter of rows to the other three. */
function mirror<T>(strip: Strip, row: usize, rows: i32): void {
  const quarter = rowBytes<T>(strip) >> 2;
  for (const end = row + <usize>rows * strip.stride; row < end; row += strip.stride) {
    for (let at = row; at < row + quarter; at += 16) {
      const drawn = v128.load(at);
      v128.store(at + quarter, drawn);
      v128.store(at + 2 * quarter, drawn);
      v128.store(at + 3 * quarter, drawn);
    }
  }
}

/**
 * Gives antithetic prompts their signs.
 *
 * @param others rows from `noise` on
 */
export function turnSigns<T>(strip: Strip, others: i32): void {
  if (strip.drawn == strip.fours) return;
  negateQuarter<T>(strip, 1, strip.omega, strip.dimension);
  negateQuarter<T>(strip, 3, strip.omega, strip.dimension);
  negateQuarter<T>(strip, 2, strip.noise, others);
  negateQuarter<T>(strip, 3, strip.noise, others);
}

function negateQuarter<T>(strip: Strip, quarter: usize, row: usize, rows: i32): void {
  const bytes = rowBytes<T>(strip) >> 2;
  for (const end = row + <usize>rows * strip.stride; row < end; row += strip.stride) {
    let at = row + quarter * bytes;
    for (const end = at + bytes; at < end; at += 16) v128.store(at, v128.neg<T>(v128.load(at)));
  }
}

/** Makes tasks of what was drawn at `omega`: w = C ω + μ. */
export function makeTasks<T>(strip: Strip): void {
  const dimension = strip.dimension;
  const dimensionTiled = strip.dimensionTiled;
  const stride = strip.stride;
  const omega = strip.omega;
  const task = strip.task;
  const taskPanels = strip.taskPanels;
  if (taskPanels) multiply<T>(taskPanels, dimensionTiled, dimension, omega, 0, task, vectorsOf<T>(strip), stride);
  const bytes = rowBytes<T>(strip);
  for (let i = 0; i < dimension; i++) {
    const factor = v128.load_splat<T>(strip.taskFactors + <usize>i * sizeof<T>());
    const shift = v128.load_splat<T>(strip.taskShift + <usize>i * sizeof<T>());
    let at = task + <usize>i * stride;
    for (const end = at + bytes; at < end; at += 16) {
      v128.store(at, v128.add<T>(v128.mul<T>(factor, v128.load(at)), shift));
    }
  }
}
