import { exp } from "../elementary/exponential.ts";
import type { Float64Tensor } from "./float64-tensor.ts";

/** Softmax along the last axis, each row shifted by its maximum: no sum of exponentials overflows. */
export function softmaxFloat64({ shape, values }: Float64Tensor): Float64Tensor {
  const size = shape.at(-1) ?? 1;
  const result = new Float64Array(values.length);
  for (let row = 0; row < values.length; row += size) {
    let largest = -Infinity;
    for (let at = row; at < row + size; at++) largest = Math.max(largest, values[at]);
    let total = 0;
    for (let at = row; at < row + size; at++) total += result[at] = exp(values[at] - largest);
    for (let at = row; at < row + size; at++) result[at] /= total;
  }
  return { shape, values: result };
}
