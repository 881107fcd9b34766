import { exp, type RandomStream } from "@onestep/core";
import { choiceParameter } from "../define/choice-parameter.ts";
import { defineTarget, type Target, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import { positive } from "../define/parameter.ts";
import { rbfKernelMoments } from "../moments/rbf-kernel-moments.ts";

/**
 * Functions drawn from a Gaussian process with mean 0 and the kernel
 *
 * $$ \mathbb{E} f(x) f(x') = \alpha^2 \exp\!\Big({-\frac{\lVert x - x'\rVert^2}{2\ell^2}}\Big) $$
 *
 * A target's values are drawn one after another, each given those before it, so that its value at a point is fixed once
 * it has been asked for, and depends on what was asked before only through them.
 *
 * Source: Rasmussen & Williams, Gaussian Processes for Machine Learning, 2006, sections 2.2 and 4.2.1.
 *
 * @example
 * gaussianProcessTarget({ dimension: 3, lengthScale: 1.5 }).parameters["kernel"]; // => "rbf"
 */
export const gaussianProcessTarget: Factory<GaussianProcessTargetInputs, TargetLaw> = defineTarget({
  name: "gaussian-process",
  summary: "Smooth random functions: a Gaussian process with the RBF kernel.",
  parameters: {
    kernel: choiceParameter(["rbf"], { description: "the kernel's family", fallback: "rbf" }),
    lengthScale: positive({ description: "ℓ, the distance over which f varies", fallback: 1 }),
    amplitude: positive({ description: "α, the standard deviation of f(x)", fallback: 1 }),
  },
  examples: [{ lengthScale: 1.5 }, { lengthScale: 0.8, amplitude: 2 }],
  declares: () => ({ signSymmetric: true, invariance: "rotations" }),
  growth: 0,
  over: ({ lengthScale, amplitude, dimension }) => ({
    draw: (stream) => drawPath(stream, { dimension, lengthScale, amplitude }),
    moments: (context, query) => rbfKernelMoments({ lengthScale, amplitude }, context, query),
  }),
});

/** The parameters of targets drawn from a Gaussian process. */
export interface GaussianProcessTargetInputs {
  readonly kernel?: "rbf" | undefined;
  readonly lengthScale?: number | undefined;
  readonly amplitude?: number | undefined;
  readonly dimension?: number;
}

/**
 * One function, drawn where it is asked for. The kernel matrix K of the points so far is LLᵀ, and the values are αLz with
 * independent normals z: a new point adds a row to L and one normal to z.
 *
 * Where the variance that is left, 1 − ‖row‖², is lost in the rounding of the sum, the points before determine the value.
 * The pivot is then 0 and its column stays 0, as in the Cholesky factor of a singular matrix, so that no point, however
 * close to another, is divided by rounding errors.
 */
function drawPath(
  stream: RandomStream,
  {
    dimension,
    lengthScale,
    amplitude,
  }: { readonly dimension: number; readonly lengthScale: number; readonly amplitude: number },
): Target {
  const points: Float64Array[] = [];
  const rows: Float64Array[] = [];
  const normals: number[] = [];
  const values: number[] = [];

  const draw = (squares: Float64Array): number => {
    const count = squares.length;
    const row = new Float64Array(count + 1);
    let [left, value] = [1, 0];
    for (let j = 0; j < count; j++) {
      const pivot = rows[j][j];
      if (pivot === 0) continue;
      let entry = exp(-squares[j] / (2 * lengthScale * lengthScale));
      for (let k = 0; k < j; k++) entry -= row[k] * rows[j][k];
      row[j] = entry / pivot;
      left -= row[j] * row[j];
      value += row[j] * normals[j];
    }
    if (left > 4 * (count + 1) * 2 ** -53) row[count] = Math.sqrt(left);
    normals.push(row[count] === 0 ? 0 : stream.normal());
    rows.push(row);
    return amplitude * (value + row[count] * normals[count]);
  };

  return {
    sequential: true,
    at(covariates, offset) {
      const squares = Float64Array.from(points, (point) => squaredDistance(point, covariates, offset));
      const known = squares.indexOf(0);
      if (known >= 0) return values[known];
      const value = draw(squares);
      points.push(covariates.slice(offset, offset + dimension));
      values.push(value);
      return value;
    },
  };
}

/** ‖p − x‖² for the x that begins at `offset`. */
function squaredDistance(point: Float64Array, covariates: Float64Array, offset: number): number {
  let sum = 0;
  for (let i = 0; i < point.length; i++) {
    const difference = point[i] - covariates[offset + i];
    sum += difference * difference;
  }
  return sum;
}
