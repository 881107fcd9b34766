import { DomainError } from "../errors.ts";

/** A rule Σ weights·f(nodes) for an integral or an expectation. */
export interface Quadrature {
  /** Ascending. */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
}

/**
 * Applies a rule: Σᵢ weightsᵢ·f(nodesᵢ).
 *
 * @example
 * integrate(gaussLegendre(2, 0, 1), (x) => x * x * x); // ≈ 0.25
 */
export function integrate(quadrature: Quadrature, f: (x: number) => number): number {
  const { nodes, weights } = quadrature;
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * f(nodes[i]);
  return sum;
}

export function requireNodeCount(where: string, count: number): void {
  if (Number.isSafeInteger(count) && count >= 1) return;
  throw new DomainError({
    where,
    expected: "a whole number of nodes, at least 1",
    arrived: String(count),
    hint: "16 to 32 nodes a panel reach full precision for smooth functions",
  });
}
