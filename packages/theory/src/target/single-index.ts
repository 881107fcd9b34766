import { radialQuadrature } from "@onestep/core";
import {
  requireCount,
  requireDimension,
  requireFields,
  requireFiniteNumber,
  requireFunction,
  requireVariance,
} from "../require.ts";
import { scaleEnergies, type TargetEnergies } from "./energies.ts";
import { linkEnergies, type LinkMoments } from "./link.ts";

/**
 * The energies of a single-index target f(x) = A g(⟨u, x⟩), u uniform on the unit sphere.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = A^2c_1^2, \qquad \mathbb{E}f^2 = A^2a, \qquad \mathbb{E}[f^2\lVert x\rVert^2] = A^2\big(b_2+(d-1)a\big) $$
 *
 * β = A c₁ u by Stein's lemma; the d − 1 coordinates across u are independent of f.
 *
 * @param link c₁, a and b₂ of g
 * @param target.dimension d ≥ 1
 * @param target.amplitude A, 1 if omitted
 * @throws DomainError for d < 1, an amplitude that is not finite, or moments that no link has: c₁² ≤ a and c₁² ≤ b₂
 * @throws NumericalError if the energies overflow
 *
 * Source: own derivation, Stein's lemma along u.
 *
 * @example
 * singleIndexEnergies({ c1: 0.5, a: 0.5, b2: 1.5 }, { dimension: 5 }).targetEnergy; // => 3.5
 */
export function singleIndexEnergies(
  link: LinkMoments,
  target: { readonly dimension: number; readonly amplitude?: number },
): TargetEnergies {
  requireFields("singleIndexEnergies", "a target", target, ["dimension"]);
  const { dimension, amplitude = 1 } = target;
  requireFiniteNumber("singleIndexEnergies", "amplitude", amplitude);
  return scaleEnergies(linkEnergies("singleIndexEnergies", link, dimension), amplitude * amplitude);
}

/**
 * The energies of f(x) = g(⟨w, x⟩) with Gaussian weights w ~ N(0, ω²I): a single index averaged over r = ‖w‖.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = \mathbb{E}_r\,c_1(r)^2, \qquad c_1(r) = \mathbb{E}[z\,g(rz)] $$
 *
 * and likewise a(r), b₂(r); the radial quadrature is composite, since these moments are rarely polynomials in r².
 *
 * @param link the moments of z ↦ g(rz), for every r ≥ 0
 * @param target.dimension d ≥ 1
 * @param target.weightVariance ω² ≥ 0
 * @throws DomainError for d < 1, ω² < 0, or moments that no link has
 * @throws NumericalError if the energies overflow
 *
 * Source: own derivation, `singleIndexEnergies` given r.
 *
 * @example
 * const relu = (r) => ({ c1: r / 2, a: (r * r) / 2, b2: (3 * r * r) / 2 });
 * gaussianWeightEnergies(relu, { dimension: 4, weightVariance: 0.25 }).signalEnergy; // ≈ 0.25
 */
export function gaussianWeightEnergies(
  link: (scale: number) => LinkMoments,
  target: { readonly dimension: number; readonly weightVariance: number },
): TargetEnergies {
  requireFunction("gaussianWeightEnergies", "scale ↦ moments of the link", link);
  requireFields("gaussianWeightEnergies", "a target", target, ["dimension", "weightVariance"]);
  const { dimension, weightVariance } = target;
  requireDimension("gaussianWeightEnergies", dimension);
  requireVariance("gaussianWeightEnergies", "weight variance", weightVariance);
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
 * $$ \mathbb{E}\lVert\beta\rVert^2 = m s_a^2\,\mathbb{E}_r\,c_1(r)^2, \qquad \mathbb{E}f^2 = m s_a^2\,\mathbb{E}_r\,a(r), \qquad \mathbb{E}[f^2\lVert x\rVert^2] = m s_a^2\,\mathbb{E}_r\big[b_2(r)+(d-1)a(r)\big] $$
 *
 * Cross terms vanish: every energy is m s_a² times that of one unit (`gaussianWeightEnergies`). Without noise the step
 * size is therefore independent of the width.
 *
 * @param link the moments of z ↦ g(rz), for every r ≥ 0
 * @throws DomainError for d < 1, m < 1, a negative variance, or moments that no link has
 * @throws NumericalError if the energies overflow
 *
 * Source: own derivation, independent units add their kernels.
 *
 * @example
 * const relu = (r) => ({ c1: r / 2, a: (r * r) / 2, b2: (3 * r * r) / 2 });
 * twoLayerEnergies(relu, { dimension: 4, width: 8, weightVariance: 0.25, readoutVariance: 0.125 }).targetEnergy; // ≈ 3
 */
export function twoLayerEnergies(
  link: (scale: number) => LinkMoments,
  network: {
    /** d ≥ 1 */
    readonly dimension: number;
    /** m ≥ 1 */
    readonly width: number;
    /** ω² ≥ 0, of each weight of w_j ~ N(0, ω²I) */
    readonly weightVariance: number;
    /** s_a² ≥ 0 */
    readonly readoutVariance: number;
  },
): TargetEnergies {
  requireFunction("twoLayerEnergies", "scale ↦ moments of the link", link);
  requireFields("twoLayerEnergies", "a network", network, ["dimension", "width", "weightVariance", "readoutVariance"]);
  requireCount("twoLayerEnergies", "width", network.width, 1, "a network has at least one hidden unit");
  requireVariance("twoLayerEnergies", "readout variance", network.readoutVariance);
  return scaleEnergies(gaussianWeightEnergies(link, network), network.width * network.readoutVariance);
}
