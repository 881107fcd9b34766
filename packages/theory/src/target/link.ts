import {
  requireDimension,
  requireFields,
  requireFiniteNumber,
  requireInRange,
  requireList,
  requireNonNegative,
} from "../require.ts";
import { requireOrder, type TargetEnergies } from "./energies.ts";

/** The three numbers by which a link g enters, z of mean 0 and variance 1: N(0, 1) for a single index. */
export interface LinkMoments {
  /** E[z g(z)] */
  readonly c1: number;
  /** E[g(z)²] ≥ c₁² */
  readonly a: number;
  /** E[g(z)² z²] ≥ c₁²; for Gaussian z it is a + E(g²)″ */
  readonly b2: number;
}

/**
 * The moments of a link given by its Hermite coefficients, g = Σ h_k He_k/√k!.
 *
 * $$ c_1 = h_1, \qquad a = \sum_k h_k^2, \qquad b_2 = \sum_k (2k+1)h_k^2 + 2\sqrt{(k+1)(k+2)}\,h_kh_{k+2} $$
 *
 * @param coefficients h₀, h₁, …
 * @throws DomainError for a coefficient that is not finite
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, z He_k = He_{k+1} + k He_{k−1} and orthogonality.
 *
 * @example
 * hermiteLinkMoments([0, 0, 1]); // => { c1: 0, a: 1, b2: 5 }
 */
export function hermiteLinkMoments(coefficients: readonly number[]): LinkMoments {
  requireList("hermiteLinkMoments", "coefficients", coefficients);
  coefficients.forEach((h, k) => requireFiniteNumber("hermiteLinkMoments", `coefficient h${k}`, h));
  const h = (k: number): number => coefficients[k] ?? 0;
  let [a, b2] = [0, 0];
  coefficients.forEach((_, k) => {
    a += h(k) ** 2;
    b2 += (2 * k + 1) * h(k) ** 2 + 2 * Math.sqrt((k + 1) * (k + 2)) * h(k) * h(k + 2);
  });
  requireInRange("hermiteLinkMoments", "moment of the link", [a, b2]);
  return { c1: h(1), a, b2 };
}

/** The energies of g on one of d independent coordinates of mean 0 and variance 1, whichever it is. */
export function linkEnergies(where: string, link: LinkMoments, dimension: number): TargetEnergies {
  requireDimension(where, dimension);
  requireFields(where, "moments of a link", link, ["c1", "a", "b2"]);
  const { c1, a, b2 } = link;
  requireFiniteNumber(where, "c1", c1);
  requireNonNegative(where, "a", a);
  requireNonNegative(where, "b2", b2);
  const energies = { signalEnergy: c1 * c1, targetEnergy: b2 + (dimension - 1) * a, targetSecondMoment: a };
  requireInRange(where, "link energy", Object.values(energies));
  requireOrder(where, "c1²", c1 * c1, "a (the Cauchy–Schwarz inequality)", a);
  requireOrder(where, "c1²", c1 * c1, "b2 (Jensen's inequality)", b2);
  return energies;
}
