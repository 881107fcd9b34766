import { radialQuadrature } from "@onestep/core";
import { requireCount, requireDimension, requireFiniteNumber, requireNonNegative } from "../require.ts";
import { scaleEnergies, type TargetEnergies } from "./energies.ts";

/** The three numbers by which a link g enters, z ~ N(0, 1). */
export interface LinkMoments {
  /** E[z g(z)] */
  readonly c1: number;
  /** E[g(z)²] */
  readonly a: number;
  /** E[g(z)² z²] = a + E(g²)″ */
  readonly b2: number;
}

/**
 * The energies of a single-index target f(x) = A g(⟨u, x⟩), u uniform on the unit sphere.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = A^2c_1^2, \qquad \mathbb{E}f^2 = A^2a, \qquad \mathbb{E}[f^2\lVert x\rVert^2] = A^2\big(b_2+(d-1)a\big) $$
 *
 * β = A c₁ u by Stein's lemma; the d − 1 coordinates across u are independent of f.
 *
 * @throws DomainError for d < 1 or moments that are not finite
 *
 * @example
 * singleIndexEnergies({ c1: 0.5, a: 0.5, b2: 1.5 }, { dimension: 5 }).targetEnergy; // => 3.5
 */
export function singleIndexEnergies(
  link: LinkMoments,
  target: { readonly dimension: number; readonly amplitude?: number },
): TargetEnergies {
  const { dimension, amplitude = 1 } = target;
  requireDimension("singleIndexEnergies", dimension);
  requireFiniteNumber("singleIndexEnergies", "amplitude", amplitude);
  requireFiniteNumber("singleIndexEnergies", "c1", link.c1);
  requireNonNegative("singleIndexEnergies", "a", link.a);
  requireNonNegative("singleIndexEnergies", "b2", link.b2);
  const unit = {
    signalEnergy: link.c1 * link.c1,
    targetEnergy: link.b2 + (dimension - 1) * link.a,
    targetSecondMoment: link.a,
  };
  return scaleEnergies(unit, amplitude * amplitude);
}

/**
 * The moments of a link given by its Hermite coefficients, g = Σ h_k He_k/√k!.
 *
 * $$ c_1 = h_1, \qquad a = \sum_k h_k^2, \qquad b_2 = \sum_k (2k+1)h_k^2 + 2\sqrt{(k+1)(k+2)}\,h_kh_{k+2} $$
 *
 * @param coefficients h₀, h₁, …
 *
 * @example
 * hermiteLinkMoments([0, 0, 1]); // => { c1: 0, a: 1, b2: 5 }
 */
export function hermiteLinkMoments(coefficients: readonly number[]): LinkMoments {
  coefficients.forEach((h, k) => requireFiniteNumber("hermiteLinkMoments", `coefficient h${k}`, h));
  const h = (k: number): number => coefficients[k] ?? 0;
  let [a, b2] = [0, 0];
  coefficients.forEach((_, k) => {
    a += h(k) ** 2;
    b2 += (2 * k + 1) * h(k) ** 2 + 2 * Math.sqrt((k + 1) * (k + 2)) * h(k) * h(k + 2);
  });
  return { c1: h(1), a, b2 };
}

/**
 * The energies of f(x) = g(⟨w, x⟩) with Gaussian weights w ~ N(0, ω²I): a single index averaged over r = ‖w‖.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = \mathbb{E}_r\,c_1(r)^2, \qquad c_1(r) = \mathbb{E}[z\,g(rz)] $$
 *
 * and likewise a(r), b₂(r); the radial quadrature is composite, since these moments are rarely polynomials in r².
 *
 * @param link the moments of z ↦ g(rz), for every r > 0
 * @param target ω² is `weightVariance`
 * @throws DomainError for d < 1 or ω² < 0
 *
 * @example
 * const relu = (r) => ({ c1: r / 2, a: (r * r) / 2, b2: (3 * r * r) / 2 });
 * gaussianWeightEnergies(relu, { dimension: 4, weightVariance: 0.25 }).signalEnergy; // ≈ 0.25
 */
export function gaussianWeightEnergies(
  link: (scale: number) => LinkMoments,
  target: { readonly dimension: number; readonly weightVariance: number },
): TargetEnergies {
  const { dimension, weightVariance } = target;
  requireDimension("gaussianWeightEnergies", dimension);
  requireNonNegative("gaussianWeightEnergies", "weight variance", weightVariance);
  const radii = radialQuadrature(dimension);
  const sums = { signalEnergy: 0, targetEnergy: 0, targetSecondMoment: 0 };
  radii.nodes.forEach((t, at) => {
    const given = singleIndexEnergies(link(t * Math.sqrt(weightVariance)), { dimension });
    sums.signalEnergy += radii.weights[at] * given.signalEnergy;
    sums.targetEnergy += radii.weights[at] * given.targetEnergy;
    sums.targetSecondMoment += radii.weights[at] * given.targetSecondMoment;
  });
  return sums;
}

/**
 * The energies of a random two-layer network f(x) = Σ_{j≤m} a_j g(⟨w_j, x⟩), a_j independent of mean 0 and variance s_a².
 *
 * Cross terms vanish: every energy is m s_a² times that of one unit (`gaussianWeightEnergies`). Without noise the step
 * size is therefore independent of the width.
 *
 * @param link the moments of z ↦ g(rz)
 * @throws DomainError for d < 1, m < 1, or a negative variance
 *
 * @example
 * const relu = (r) => ({ c1: r / 2, a: (r * r) / 2, b2: (3 * r * r) / 2 });
 * twoLayerEnergies(relu, { dimension: 4, width: 8, weightVariance: 0.25, readoutVariance: 0.125 }).targetEnergy; // ≈ 3
 */
export function twoLayerEnergies(
  link: (scale: number) => LinkMoments,
  network: {
    readonly dimension: number;
    readonly width: number;
    readonly weightVariance: number;
    readonly readoutVariance: number;
  },
): TargetEnergies {
  requireCount("twoLayerEnergies", "width", network.width, 1, "a network has at least one hidden unit");
  requireNonNegative("twoLayerEnergies", "readout variance", network.readoutVariance);
  return scaleEnergies(gaussianWeightEnergies(link, network), network.width * network.readoutVariance);
}
