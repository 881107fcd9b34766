import { defineTarget, type Target, type TargetLaw } from "../define/define-target.ts";
import type { Factory } from "../define/definition.ts";
import { quadraticMoments } from "../moments/quadratic-moments.ts";
import { quadraticAtQuery, quadraticFormOf } from "../moments/target-at-query.ts";

/**
 * Random quadratic forms
 *
 * $$ f(x) = x^\top A x, \qquad A = \frac{Z + Z^\top}{\sqrt2}, \quad Z_{ij} \sim N(0, 1), $$
 *
 * A from the Gaussian orthogonal ensemble, with E f(x)f(x') = 2⟨x, x'⟩². Over covariates that −x shares with x, nothing in
 * f is linear: the best step is none, at any depth.
 *
 * Source: Mehta, Random Matrices, 2004, chapter 2.
 *
 * @example
 * quadraticTarget({ dimension: 2 }).declares; // => { signSymmetric: true, invariance: "rotations" }
 */
export const quadraticTarget: Factory<{ readonly dimension?: number }, TargetLaw> = defineTarget({
  name: "quadratic",
  summary: "Random quadratic forms xᵀAx, A a Gaussian symmetric matrix: no part of them is linear.",
  parameters: {},
  declares: () => ({ signSymmetric: true, invariance: "rotations" }),
  growth: 2,
  over: ({ dimension }) => ({
    draw(stream) {
      const normals = new Float64Array((dimension * (dimension + 1)) / 2);
      stream.fillNormals(normals, 0, normals.length);
      return quadraticForm(normals, dimension);
    },
    moments: quadraticMoments,
  }),
});

/** xᵀAx from independent normals z_ij, j ≤ i: A_ij = z_ij below the diagonal, A_ii = √2 z_ii. */
function quadraticForm(normals: Float64Array, dimension: number): Target {
  return {
    queryMoments: (covariates) => quadraticAtQuery(quadraticFormOf(normals, dimension), covariates),
    at(covariates, offset) {
      let sum = 0;
      for (let i = 0, at = 0; i < dimension; i++) {
        let below = 0;
        for (let j = 0; j < i; j++, at++) below += normals[at] * covariates[offset + j];
        const xi = covariates[offset + i];
        sum += xi * (2 * below + Math.SQRT2 * normals[at++] * xi);
      }
      return sum;
    },
  };
}
