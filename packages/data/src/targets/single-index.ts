import { drawUnitVector, type Matrix } from "@onestep/core";
import { linkParameter, type Link } from "../define/define-link.ts";
import { defineTarget, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import type { JsonObject } from "../define/json.ts";
import { targetOfIndex } from "../define/target-indices.ts";
import { flag, positive, real } from "../define/parameter.ts";
import { linkShelf } from "../links/shelf.ts";
import { indexMoments, singleIndexMoments } from "../moments/single-index-moments.ts";
import { whitener } from "../moments/whitener.ts";

/**
 * Single-index targets f(x) = A g(κ⟨u, x⟩) with a link g, u uniform on the unit sphere; with `whiten`, u = Σ^{−½}v with
 * v uniform on the sphere.
 *
 * @throws DomainError unless κ > 0: u is uniform, so that a negative scale would be the same law
 *
 * @example
 * singleIndexTarget({ dimension: 2, link: { name: "erf", scale: 2 } }).parameters["amplitude"]; // => 1
 */
export const singleIndexTarget: Factory<SingleIndexInputs, TargetLaw> = defineTarget({
  name: "single-index",
  summary: "f(x) = amplitude · g(scale · ⟨u, x⟩), u uniform on the unit sphere.",
  parameters: {
    link: linkParameter(linkShelf, { description: "the link g: a name, or an object with its name and parameters" }),
    scale: positive({ description: "factor κ of the argument", fallback: 1 }),
    amplitude: real({ description: "factor A of the value", fallback: 1 }),
    whiten: flag({ description: "draw u = Σ^(−1/2) v, v uniform, so that ⟨u, x⟩ has variance 1", fallback: false }),
  },
  examples: [{ link: "tanh" }, { link: "softplus", scale: 1.5, amplitude: -0.7, whiten: true }],
  declares: ({ link }) => ({ signSymmetric: link.parity === "odd", invariance: "rotations" }),
  growth: ({ link }) => link.growth,
  over({ link, scale, amplitude, whiten, dimension }, covariates) {
    const transform = whiten ? whitener(covariates.covariance) : undefined;
    return {
      draw(stream) {
        const index = drawUnitVector(stream, new Float64Array(dimension));
        if (transform !== undefined) multiplyUpper(transform, index);
        return {
          ...targetOfIndex(index, (projection) => amplitude * link.value(scale * projection)),
          queryMoments: ({ gaussian, covariance: { matrix } }) =>
            gaussian ? indexMoments(index, matrix, { link, scale, amplitude }) : undefined,
        };
      },
      moments: (context, query) =>
        singleIndexMoments({
          link,
          scales: [{ scale, weight: 1 }],
          amplitude,
          transform,
          whitened: covariates,
          context,
          query,
        }),
    };
  },
});

/** The parameters of single-index targets. */
export interface SingleIndexInputs {
  readonly link: string | JsonObject | Link;
  readonly scale?: number | undefined;
  readonly amplitude?: number | undefined;
  readonly whiten?: boolean | undefined;
  readonly dimension?: number;
}

/** x ← Tx for an upper triangular T, in place from the first coordinate to the last. */
function multiplyUpper({ rows, values }: Matrix, x: Float64Array): void {
  for (let i = 0; i < rows; i++) {
    let sum = 0;
    for (let j = i; j < rows; j++) sum += values[i * rows + j] * x[j];
    x[i] = sum;
  }
}
