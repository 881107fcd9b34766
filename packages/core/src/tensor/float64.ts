import type { TensorBackend } from "./backend.ts";
import { checkShape, checkValues } from "./checks.ts";
import { contractFloat64 } from "./contract-float64.ts";
import type { Float64Tensor } from "./float64-tensor.ts";
import { pointwiseFunctions } from "./pointwise.ts";
import { softmaxFloat64 } from "./softmax-float64.ts";

/**
 * The reference backend: double precision, plain loops, nothing to set up or free. Every other backend is judged by its
 * distance from this one.
 *
 * @example
 * const backend = float64Backend();
 * const [x, y] = [backend.fromValues([1, 2], [2]), backend.fromValues([3, 4], [2])];
 * Array.from(backend.contract("i,i->", x, y).values); // => [11]
 */
export function float64Backend(): TensorBackend<Float64Tensor> {
  return {
    name: "float64",
    unitRoundoff: 2 ** -53,
    fromValues(values, shape) {
      checkValues("float64.fromValues", values, shape);
      return { shape: [...shape], values: values.slice() };
    },
    toValues: (tensor) => Promise.resolve(tensor.values.slice()),
    shapeOf: (tensor) => tensor.shape,
    contract: contractFloat64,
    add(left, right) {
      checkShape("float64.add", right.shape, left.shape);
      return { shape: left.shape, values: left.values.map((value, at) => value + right.values[at]) };
    },
    scale: (tensor, factor) => ({ shape: tensor.shape, values: tensor.values.map((value) => value * factor) }),
    map: (name, tensor) => ({ shape: tensor.shape, values: tensor.values.map(pointwiseFunctions[name]) }),
    softmax: softmaxFloat64,
    tidy: (body) => body(),
    dispose: () => undefined,
  };
}
