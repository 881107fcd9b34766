import { exp } from "../elementary/exponential.ts";
import { log } from "../elementary/logarithm.ts";
import { DomainError } from "../errors.ts";
import { compositeGaussLegendre } from "./gauss-legendre.ts";
import type { Quadrature } from "./quadrature.ts";

/** The norm of a normal vector leaves √d ± 11 with probability below 10⁻²⁶. */
const REACH = 11;
const PANELS = 12;
const NODES_PER_PANEL = 32;

/**
 * A rule for functions of t = ‖w‖, w ~ N(0, I_d): E h(t) = Σ weights·h(nodes), with the density ∝ t^{d−1}e^{−t²/2}.
 *
 * Composite Gauss–Legendre, because h is rarely a polynomial in t²: Gauss–Laguerre would leave six digits for tanh.
 *
 * @throws DomainError unless the dimension is a whole number, at least 1
 *
 * @example
 * integrate(radialQuadrature(5), (t) => t * t); // ≈ 5
 */
export function radialQuadrature(dimension: number): Quadrature {
  if (!Number.isSafeInteger(dimension) || dimension < 1) {
    throw new DomainError({
      where: "radialQuadrature",
      expected: "a dimension that is a whole number, at least 1",
      arrived: String(dimension),
      hint: "pass the d of N(0, I_d)",
    });
  }
  const centre = Math.sqrt(dimension);
  const from = Math.max(0, centre - REACH);
  const edges = Array.from({ length: PANELS + 1 }, (_, at) => from + ((centre + REACH - from) * at) / PANELS);
  const { nodes, weights } = compositeGaussLegendre(edges, NODES_PER_PANEL);
  const mode = Math.max(centre, 1);
  const logDensity = (t: number): number => (dimension - 1) * log(t) - 0.5 * t * t;
  const unnormalised = weights.map((weight, at) => weight * exp(logDensity(nodes[at]) - logDensity(mode)));
  const total = unnormalised.reduce((sum, weight) => sum + weight, 0);
  return { nodes, weights: unnormalised.map((weight) => weight / total) };
}
