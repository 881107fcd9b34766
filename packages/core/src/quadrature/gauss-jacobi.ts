import { DomainError } from "../errors.ts";
import { gaussQuadrature, type OrthonormalRecurrence } from "./gauss-quadrature.ts";
import { requireNodeCount, type Quadrature } from "./quadrature.ts";

/**
 * Gauss's rule for expectations under Beta(a, b) on (0, 1), whose density is proportional to t^{a−1}(1 − t)^{b−1}: exact
 * for polynomials of degree 2·count − 1; the weights sum to 1.
 *
 * The squared cosine of a uniform direction in dimension d is Beta(½, (d−1)/2).
 *
 * @throws DomainError unless a, b > 0 and count ≥ 1
 *
 * @example
 * integrate(betaQuadrature(2, 1, 3), (t) => t); // ≈ 0.25
 */
export function betaQuadrature(count: number, a: number, b: number): Quadrature {
  requireNodeCount("betaQuadrature", count);
  if (!(a > 0 && a < Infinity && b > 0 && b < Infinity)) {
    throw new DomainError({
      where: "betaQuadrature",
      expected: "two positive finite exponents",
      arrived: `a = ${a}, b = ${b}`,
      hint: "Beta(a, b) has mean a/(a + b); for a uniform law take a = b = 1",
    });
  }
  return gaussQuadrature(betaRecurrence(count, a, b));
}

/**
 * The polynomials orthonormal under Beta(a, b). Jacobi's recurrence on
 * (−1, 1) has the exponents α = b − 1 at 1 and β = a − 1 at −1; here t = (1 + x)/2, and its 0/0 at k = 0, 1 is resolved.
 */
function betaRecurrence(count: number, a: number, b: number): OrthonormalRecurrence {
  const centres = new Float64Array(count);
  const links = new Float64Array(count);
  centres[0] = a / (a + b);
  for (let k = 1; k < count; k++) {
    const s = 2 * k + a + b - 2;
    centres[k] = 0.5 + ((a - b) * (a + b - 2)) / (2 * s * (s + 2));
    const squared =
      k === 1
        ? (a * b) / ((a + b) * (a + b) * (a + b + 1))
        : (k * (k + a - 1) * (k + b - 1) * (k + a + b - 2)) / (s * s * (s * s - 1));
    links[k] = Math.sqrt(squared);
  }
  return { centres, links };
}
