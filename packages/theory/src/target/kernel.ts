import {
  compositeGaussLegendre,
  cos,
  exp,
  log,
  log1p,
  logGamma,
  type PromptMoments,
  type Quadrature,
  radialQuadrature,
  sin,
} from "@onestep/core";
import { gaussRule } from "../numerics/gauss-rule.ts";
import { requireCount, requireDimension, requireFields, requireFiniteNumber, requirePositive } from "../require.ts";
import { energyMoments, scaleEnergies, type TargetEnergies, type TargetSetting } from "./energies.ts";
import { requirePositiveSemidefinite, type InvariantKernel } from "./invariant-kernel.ts";

/**
 * The kernel principle: one layer of linear attention sees the law of a target through its covariance kernel alone.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = \mathbb{E}\,k(x,x')\langle x,x'\rangle, \qquad \mathbb{E}[f^2\lVert x\rVert^2] = \mathbb{E}\,k(x,x)\lVert x\rVert^2, \qquad \mathbb{E}f^2 = \mathbb{E}\,k(x,x) $$
 *
 * over independent x, x' ~ N(0, I), by quadrature over the two norms and the angle. Independent targets of mean zero add
 * their kernels; random Fourier features drawn afresh per task have the kernel they approximate.
 *
 * @param kernel positive semidefinite, as E f(x)f(x') is; its Gram matrix on some points is put to the test
 * @param dimension d ≥ 1
 * @param nodes per axis; 48 give 12 digits for kernels that vary over lengths of order 1
 * @throws DomainError for d < 1, fewer than 2 nodes, or a kernel that is not finite, symmetric and positive semidefinite
 *
 * Source: own derivation, E_f f(x)f(x') inside C and E2.
 *
 * @example
 * const rbf = (r, s, product) => Math.exp((2 * product - r * r - s * s) / (2 * 1.5 ** 2));
 * kernelEnergies(rbf, 3).signalEnergy; // ≈ 0.271908451598
 */
export function kernelEnergies(kernel: InvariantKernel, dimension: number, nodes: number = 48): TargetEnergies {
  requireDimension("kernelEnergies", dimension);
  requireCount("kernelEnergies", "number of nodes", nodes, 2, "48 is a good default");
  requirePositiveSemidefinite("kernelEnergies", kernel, dimension);
  const full = radialQuadrature(dimension);
  const norms = gaussRule(full.nodes, full.weights, nodes);
  const cosines = cosineQuadrature(dimension, nodes);
  const energies = { signalEnergy: 0, targetEnergy: 0, targetSecondMoment: 0 };
  norms.nodes.forEach((r, i) => {
    const own = norms.weights[i] * kernel(r, r, r * r);
    energies.targetSecondMoment += own;
    energies.targetEnergy += own * r * r;
    norms.nodes.forEach((s, j) => {
      let sum = 0;
      cosines.nodes.forEach((cosine, k) => (sum += cosines.weights[k] * kernel(r, s, r * s * cosine) * r * s * cosine));
      energies.signalEnergy += norms.weights[i] * norms.weights[j] * sum;
    });
  });
  for (const value of Object.values(energies)) requireFiniteNumber("kernelEnergies", "average of the kernel", value);
  // E k(x, x')⟨x, x'⟩ is an average over a Gram matrix: what rounding leaves below 0 is 0.
  return { ...energies, signalEnergy: Math.max(energies.signalEnergy, 0) };
}

/**
 * The moments of prompts whose target has this kernel, for `optimalStep`.
 *
 * $$ C = \mathbb{E}\,k(x,x')\,xx'^\top, \qquad E_2 = \mathbb{E}\big[(k(x,x)+\sigma^2)\,xx^\top\big], \qquad x, x' \sim \mathcal{N}(0, I) $$
 *
 * @param nodes as in `kernelEnergies`
 * @throws DomainError as `kernelEnergies`, and for n < 1 or σ² < 0
 * @throws NumericalError if the moments overflow
 *
 * Source: own derivation, the kernel principle (`kernelEnergies`).
 *
 * @example
 * const linear = (r, s, product) => product;
 * optimalStep(momentsFromKernel(linear, { contextLength: 20, dimension: 5, noiseVariance: 0 })).value.loss; // ≈ 1.15384615385
 */
export function momentsFromKernel(kernel: InvariantKernel, setting: TargetSetting, nodes?: number): PromptMoments {
  requireFields("momentsFromKernel", "a setting", setting, ["contextLength", "dimension", "noiseVariance"]);
  return energyMoments(kernelEnergies(kernel, setting.dimension, nodes), setting);
}

/**
 * The energies of a Gaussian process with kernel k(x, x') = α² exp(−‖x − x'‖²/2ℓ²), in closed form.
 *
 * $$ \mathbb{E}\lVert\beta\rVert^2 = \frac{\alpha^2 d}{\ell^2}\Big(1+\frac{2}{\ell^2}\Big)^{-(d/2+1)}, \qquad \mathbb{E}[f^2\lVert x\rVert^2] = \alpha^2 d, \qquad \mathbb{E}f^2 = \alpha^2 $$
 *
 * Random Fourier features of this kernel, drawn afresh per task, have the same energies at any number of features.
 *
 * @param process.dimension d ≥ 1
 * @param process.lengthScale ℓ > 0
 * @param process.amplitude α, 1 if omitted
 * @throws DomainError for ℓ ≤ 0, d < 1 or numbers that are not finite
 * @throws NumericalError if the energies overflow
 *
 * Source: own derivation, `kernelEnergies` with Gaussian integrals.
 *
 * @example
 * rbfProcessEnergies({ dimension: 3, lengthScale: 1.5 }).signalEnergy; // ≈ 0.271908451598
 */
export function rbfProcessEnergies(process: {
  readonly dimension: number;
  readonly lengthScale: number;
  readonly amplitude?: number;
}): TargetEnergies {
  requireFields("rbfProcessEnergies", "a process", process, ["dimension", "lengthScale"]);
  const { dimension: d, lengthScale, amplitude = 1 } = process;
  requireDimension("rbfProcessEnergies", d);
  requirePositive("rbfProcessEnergies", "length scale", lengthScale);
  requireFiniteNumber("rbfProcessEnergies", "amplitude", amplitude);
  const square = lengthScale * lengthScale;
  // d ℓ⁻² (1 + 2/ℓ²)^{−(d/2+1)}, written so that ℓ → 0 and ℓ → ∞ have their limit 0.
  const unit = {
    signalEnergy: (d / (square + 2)) * exp((-d / 2) * log1p(2 / square)),
    targetEnergy: d,
    targetSecondMoment: 1,
  };
  return scaleEnergies(unit, amplitude * amplitude);
}

/** The law of the cosine between two independent directions: density ∝ sin^{d−2} θ in the angle, ±1 in dimension 1. */
function cosineQuadrature(dimension: number, nodes: number): Quadrature {
  if (dimension === 1) return { nodes: Float64Array.of(-1, 1), weights: Float64Array.of(0.5, 0.5) };
  // In the angle, kernels like the arc-cosine ones are smooth up to the ends, where in the cosine they are not.
  const reach = Math.min(Math.PI / 2, 10 / Math.sqrt(dimension));
  const edges = Array.from({ length: 5 }, (_, i) => Math.PI / 2 + reach * (i / 2 - 1));
  const angles = compositeGaussLegendre(edges, Math.ceil(nodes / 2));
  const logMass = logGamma(dimension / 2) - logGamma((dimension - 1) / 2) - 0.5 * log(Math.PI);
  return {
    nodes: angles.nodes.map((angle) => cos(angle)),
    weights: angles.weights.map((weight, i) => weight * exp(logMass + (dimension - 2) * log(sin(angles.nodes[i])))),
  };
}
