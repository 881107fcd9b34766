import type { IsotropicSetting } from "../optimum/step-size.ts";
import { gaussRule, orthonormalPolynomials, type OrthonormalPolynomials } from "../numerics/gauss-rule.ts";
import { requireInRange } from "../require.ts";
import { wishartSpectrum } from "../spectrum/wishart-spectrum.ts";

/**
 * The population loss of L layers as a least-squares problem on a handful of points.
 *
 * In units u = s/n of the eigenvalues, a model with residual polynomial q(u), q(0) = 1, has
 *
 * $$ \mathrm{loss} = \sigma^2 + \omega^2\,\mathbb{E}\sum_i\big[q(u_i)^2 + \tfrac{\lambda}{u_i}(1-q(u_i))^2\big], \qquad \lambda = \frac{\sigma^2}{n\omega^2} $$
 *
 * a polynomial in u, so that a Gauss rule of the mean spectrum with deg q + 1 nodes gives it exactly. Completing the
 * square, it is a constant plus the weighted distance of q to the Bayes filter λ/(u + λ).
 */
export interface FilterProblem {
  /** u_j > 0, ascending */
  readonly nodes: Float64Array;
  readonly weights: Float64Array;
  /** λ = σ²/(nω²) */
  readonly ridge: number;
  /** √(w_j(1 + λ/u_j)): the residual at node j is this times q(u_j) − λ/(u_j + λ) */
  readonly scales: Float64Array;
  /** ω² */
  readonly taskVariance: number;
  /** σ² + ω²(number of eigenvalues that are always 0) */
  readonly floor: number;
  /** Polynomials orthonormal under u·ρ(u)du, up to the degree of q */
  readonly polynomials: OrthonormalPolynomials;
}

/**
 * @param law isotropic, ω² > 0
 * @param degree of the residual polynomial q
 * @throws NumericalError where σ²/(nω²) overflows
 */
export function filterProblem(where: string, law: Required<IsotropicSetting>, degree: number): FilterProblem {
  const { contextLength, noiseVariance, taskVariance } = law;
  const ridge = noiseVariance / (contextLength * taskVariance);
  requireInRange(where, "ratio σ²/(nω²)", [ridge]);
  const spectrum = wishartSpectrum(law, 2 * degree + 2);
  const scaled = spectrum.eigenvalues.map((s) => s / contextLength);
  const rule = gaussRule(scaled, spectrum.weights, degree + 1);
  return {
    ...rule,
    ridge,
    scales: rule.nodes.map((u, j) => Math.sqrt(rule.weights[j] * (1 + ridge / u))),
    taskVariance,
    floor: noiseVariance + taskVariance * spectrum.zeroEigenvalues,
    polynomials: orthonormalPolynomials(
      scaled,
      spectrum.weights.map((weight, at) => weight * scaled[at]),
      degree,
    ),
  };
}

/**
 * The residual of the least-squares problem at node j, for a model with q = 1 − u p there: q − λ/(u + λ) is also
 * u(1/(u + λ) − p), and whichever of the two does not cancel is taken. Loud noise leaves q at 1 and all of the answer in p.
 */
export function residualAt({ nodes, scales, ridge }: FilterProblem, j: number, q: number, p: number): number {
  const u = nodes[j];
  return scales[j] * (u < ridge ? u * (1 / (u + ridge) - p) : q - ridge / (u + ridge));
}

/** The loss of the residual polynomial whose values at the nodes are given. */
export function filterLoss(problem: FilterProblem, residual: (node: number) => number): number {
  const { nodes, weights, ridge, taskVariance, floor } = problem;
  let sum = 0;
  nodes.forEach((u, j) => {
    const q = residual(u);
    sum += weights[j] * (q * q + (ridge / u) * (1 - q) * (1 - q));
  });
  return floor + taskVariance * sum;
}
