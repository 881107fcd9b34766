import { exp } from "../elementary/exponential.ts";
import { tanh } from "../elementary/hyperbolic.ts";

/** A function of one number that a backend can apply to every entry of a tensor. */
export type PointwiseFunction = "abs" | "exp" | "relu" | "sigmoid" | "square" | "tanh";

/**
 * The functions themselves, which `float64Backend` applies and every other backend is compared with.
 *
 * @example
 * pointwiseFunctions.relu(-2); // => 0
 * pointwiseFunctions.sigmoid(0); // => 0.5
 */
export const pointwiseFunctions: Readonly<Record<PointwiseFunction, (x: number) => number>> = {
  abs: (x) => Math.abs(x),
  exp,
  relu: (x) => Math.max(x, 0),
  sigmoid: (x) => 1 / (1 + exp(-x)),
  square: (x) => x * x,
  tanh,
};
