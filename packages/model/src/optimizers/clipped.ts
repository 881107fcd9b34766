import { frobeniusNorm, ShapeError } from "@onestep/core";
import type { Optimizer } from "./optimizer.ts";
import { requireSizes } from "../deep/parametrisations/sizes.ts";
import { requirePositive } from "./settings.ts";

/** How gradients are clipped. */
export interface Clipping {
  /** The largest norm that a gradient, or each of its parts, keeps. */
  readonly norm: number;
  /**
   * How many numbers each matrix of the model has, in the order of a position; omitted, the gradient is one part.
   * A layer on d covariates has the parts `[(d+1)², d+1]`.
   */
  readonly parts?: readonly number[];
}

/**
 * An optimizer that sees gradients of bounded norm: g ← g·min(1, c/‖g‖), over all numbers or matrix by matrix.
 *
 * A gradient of rare huge prompts then moves the model no further than any other. What the optimizer remembers is its
 * own and the same as before.
 *
 * @throws DomainError unless the norm is positive and every part whole, at least 1; ShapeError, when it moves, unless the parts make up the position
 *
 * Source: Pascanu et al., arXiv 1211.5063, Section 3.2.
 *
 * @example
 * const optimizer = clipped(gradientDescent({ learningRate: 1 }), { norm: 1, parts: [2, 1] });
 * const { position } = optimizer.move(new Float64Array(3), Float64Array.of(3, 4, 0.5), optimizer.start(3), 1);
 * Array.from(position); // ≈ [-0.6, -0.8, -0.5]
 */
export function clipped(optimizer: Optimizer, clipping: Clipping): Optimizer {
  const norm = requirePositive("clipped", "norm", clipping.norm);
  const parts = Object.fromEntries((clipping.parts ?? []).map((length, at) => [`clippedPart${at + 1}`, length]));
  requireSizes("clipped", parts);
  return {
    ...optimizer,
    settings: { ...optimizer.settings, clippedNorm: norm, ...parts },
    move: (position, gradient, state, rate) => {
      const bounded = gradient.slice();
      let from = 0;
      for (const length of clipping.parts ?? [gradient.length]) {
        const part = bounded.subarray(from, from + length);
        const size = frobeniusNorm({ rows: 1, columns: length, values: part });
        if (size > norm) part.forEach((entry, i) => (part[i] = entry * (norm / size)));
        from += length;
      }
      if (from === gradient.length) return optimizer.move(position, bounded, state, rate);
      throw new ShapeError({
        where: "clipped.parts",
        expected: `parts that make up ${gradient.length} numbers`,
        arrived: `${clipping.parts?.join(" + ")} = ${from}`,
        hint: "list the number of entries of each matrix, in the order of a position",
      });
    },
  };
}
