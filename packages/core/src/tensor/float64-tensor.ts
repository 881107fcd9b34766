import type { Shape } from "./backend.ts";

/** A tensor as it stands in memory. */
export interface Float64Tensor {
  readonly shape: Shape;
  /** Row-major. */
  readonly values: Float64Array;
}
