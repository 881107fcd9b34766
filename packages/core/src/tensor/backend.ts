import type { PointwiseFunction } from "./pointwise.ts";

/** The sizes of a tensor's axes; `[]` is a scalar. */
export type Shape = readonly number[];

/**
 * What a numeric library must offer so that the model code runs on it: linear algebra only.
 * The gradient of linear self-attention is a polynomial written by hand, so no autodiff is asked for.
 *
 * `float64Backend` is the plain, obvious reference; every other backend is compared with it in a tolerance
 * that comes from `unitRoundoff`.
 */
export interface TensorBackend<T> {
  /** `"float64"`, `"tfjs:cpu"`, `"tfjs:wasm"`, … */
  readonly name: string;
  /** 2⁻⁵³ for float64, 2⁻²⁴ for float32: every tolerance derives from it. */
  readonly unitRoundoff: number;
  /** Copies row-major values into a new tensor. */
  fromValues(values: Float64Array, shape: Shape): T;
  /** Copies a tensor's values out, row-major. */
  toValues(tensor: T): Promise<Float64Array>;
  shapeOf(tensor: T): Shape;
  /** Einstein summation of two tensors, one letter an axis: `"bni,bi->bn"` sums over i. */
  contract(equation: string, left: T, right: T): T;
  /** Elementwise sum of two tensors of the same shape. */
  add(left: T, right: T): T;
  /** Multiplies every entry by a number. */
  scale(tensor: T, factor: number): T;
  /** Applies a function to every entry. Only attention that is not linear asks for it, and for `softmax`. */
  map?(name: PointwiseFunction, tensor: T): T;
  /** $e^{s_i} / \sum_j e^{s_j}$ along the last axis; an entry −∞ gets no weight. */
  softmax?(tensor: T): T;
  /** Runs `body`, then frees every tensor it made except those it returns. */
  tidy<R>(body: () => R): R;
  dispose(...tensors: readonly T[]): void;
}
