import { ShapeError } from "../errors.ts";
import { zeros } from "../matrix/matrix.ts";
import { symmetricEigen } from "../matrix/symmetric-eigen.ts";
import type { Quadrature } from "./quadrature.ts";

/** The polynomials orthonormal under a law: x pₖ = linkₖ₊₁ pₖ₊₁ + centreₖ pₖ + linkₖ pₖ₋₁, p₀ = 1; link₀ is not read. */
export interface OrthonormalRecurrence {
  readonly centres: Float64Array;
  readonly links: Float64Array;
}

/**
 * Gauss's rule for expectations under the law whose orthonormal polynomials are given: as many nodes as centres, exact
 * for polynomials of degree 2·count − 1; the weights are positive and sum to 1.
 *
 * @throws ShapeError unless there are as many links as centres
 *
 * Source: Golub & Welsch, Math. Comp. 23, 1969: the nodes are eigenvalues of the Jacobi matrix of the orthogonal
 * polynomials. Weights are 1/Σₖ pₖ(x)², which keeps small ones accurate.
 *
 * @example
 * // The standard normal: centres 0, links √k.
 * const rule = gaussQuadrature({ centres: new Float64Array(3), links: Float64Array.of(0, 1, Math.sqrt(2)) });
 * integrate(rule, (x) => x ** 4); // ≈ 3
 */
export function gaussQuadrature({ centres, links }: OrthonormalRecurrence): Quadrature {
  const count = centres.length;
  if (links.length !== count) {
    throw new ShapeError({
      where: "gaussQuadrature",
      expected: "as many links as centres",
      arrived: `${links.length} and ${count}`,
      hint: "the first link is not read: 0 will do",
    });
  }
  const jacobi = zeros(count, count);
  for (let k = 0; k < count; k++) {
    jacobi.values[k * (count + 1)] = centres[k];
    if (k === 0) continue;
    jacobi.values[k * (count + 1) - 1] = links[k];
    jacobi.values[(k - 1) * (count + 1) + 1] = links[k];
  }
  const nodes = symmetricEigen(jacobi).values;
  const weights = nodes.map((x) => {
    let previous = 0;
    let value = 1;
    let sum = 1;
    for (let k = 0; k + 1 < count; k++) {
      [previous, value] = [value, ((x - centres[k]) * value - (k === 0 ? 0 : links[k]) * previous) / links[k + 1]];
      sum += value * value;
    }
    return 1 / sum;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { nodes, weights: weights.map((weight) => weight / total) };
}
