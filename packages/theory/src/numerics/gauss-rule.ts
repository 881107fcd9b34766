import { symmetricEigen, zeros, type Quadrature } from "@onestep/core";

/** The three-term recurrence of the polynomials π_k orthonormal under a discrete measure. */
export interface OrthonormalPolynomials {
  /** Σ weights, the mass of the measure */
  readonly mass: number;
  /** α_k: x π_k = link_{k+1} π_{k+1} + centre_k π_k + link_k π_{k−1} */
  readonly centres: Float64Array;
  /** link_k, k ≥ 1; link_0 = 0 */
  readonly links: Float64Array;
}

/**
 * The first `count` + 1 orthonormal polynomials of a discrete measure, by the Lanczos process with full
 * reorthogonalisation: unlike moments, it loses no digits with the degree.
 *
 * A measure of fewer points than `count` ends early, at its number of points.
 */
export function orthonormalPolynomials(
  nodes: Float64Array,
  weights: Float64Array,
  count: number,
): OrthonormalPolynomials {
  const mass = weights.reduce((sum, weight) => sum + weight, 0);
  const size = Math.min(count + 1, weights.filter((weight) => weight > 0).length);
  const centres = new Float64Array(size);
  const links = new Float64Array(size);
  const spread = nodes.reduce((most, node) => Math.max(most, Math.abs(node)), 0);
  const basis: Float64Array[] = [weights.map((weight) => Math.sqrt(weight / mass))];
  for (let k = 0; k < size; k++) {
    const current = basis[k];
    const next = current.map((value, i) => value * nodes[i]);
    centres[k] = inner(next, current);
    if (k + 1 === size) break;
    // Twice is enough.
    for (let round = 0; round < 2; round++) for (const vector of basis) removeComponent(next, vector);
    const norm = Math.sqrt(inner(next, next));
    if (norm <= 2 ** -46 * spread) return { mass, centres: centres.slice(0, k + 1), links: links.slice(0, k + 1) };
    links[k + 1] = norm;
    basis.push(next.map((value) => value / norm));
  }
  return { mass, centres, links };
}

/**
 * The Gauss rule with `count` nodes of a discrete measure: the same expectation for every polynomial of degree
 * 2·count − 1, from a handful of points.
 */
export function gaussRule(nodes: Float64Array, weights: Float64Array, count: number): Quadrature {
  return ruleOf(orthonormalPolynomials(nodes, weights, count), count);
}

/** Nodes are the zeros of π_count, weights mass/Σ_{k<count} π_k²: a form in which small weights keep their digits. */
export function ruleOf(polynomials: OrthonormalPolynomials, count: number): Quadrature {
  const { mass, centres, links } = polynomials;
  const size = Math.min(count, centres.length);
  const jacobi = zeros(size, size);
  for (let k = 0; k < size; k++) {
    jacobi.values[k * (size + 1)] = centres[k]!;
    if (k === 0) continue;
    jacobi.values[k * (size + 1) - 1] = links[k]!;
    jacobi.values[(k - 1) * (size + 1) + 1] = links[k]!;
  }
  const nodes = symmetricEigen(jacobi).values;
  const weights = nodes.map((x) => {
    let previous = 0;
    let value = 1;
    let sum = 1;
    for (let k = 0; k + 1 < size; k++) {
      [previous, value] = [value, ((x - centres[k]) * value - links[k] * previous) / links[k + 1]];
      sum += value * value;
    }
    return mass / sum;
  });
  return { nodes, weights };
}

function inner(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

function removeComponent(target: Float64Array, unit: Float64Array): void {
  const along = inner(target, unit);
  for (let i = 0; i < target.length; i++) target[i] -= along * unit[i];
}
