import {
  add,
  diagonal,
  dot,
  identity,
  multiply,
  multiplyVector,
  scale as scaled,
  transpose,
  type Matrix,
} from "@onestep/core";
import type { CovariateLaw } from "../define/define-covariates.ts";
import type { Link, LinkMoments } from "../define/define-link.ts";
import type { QueryMoments, TargetMoments } from "../define/define-target.ts";
import { commonForm } from "./common-form.ts";
import { requireFiniteMoments } from "./require-finite.ts";
import { requireGaussian } from "./require-gaussian.ts";
import { sphereAverage } from "./sphere-average.ts";

/**
 * The moments of f(x) = A g(κ⟨u, x⟩), u = Tv with v uniform on the sphere, over x ~ N(0, Σ). Given u, with s² = uᵀΣu
 * and c₁, a, b₂ the moments of z ↦ g(κsz), splitting x into its part along ⟨u, x⟩ and an independent rest gives
 *
 * $$ \beta = \frac{A c_1}{s}\,\Sigma u, \qquad
 *    \mathbb{E}[f^2 x x^\top | u] = A^2 \Big( a\,\Sigma + \frac{b_2 - a}{s^2}\, \Sigma u u^\top \Sigma \Big) $$
 *
 * and what remains are averages over v of functions of s² times vvᵀ.
 *
 * @throws AssumptionError unless all covariates are Gaussian, and the query's covariance is such that s_q² is a
 *   function of s²
 * @throws NumericalError if a covariance is so ill-conditioned that float64 does not know its smallest eigenvalue
 */
export function singleIndexMoments(parts: {
  readonly link: Link;
  /** κ, or a rule of quadrature for a random one */
  readonly scales: readonly { readonly scale: number; readonly weight: number }[];
  readonly amplitude: number;
  /** T, or `undefined` for the identity */
  readonly transform: Matrix | undefined;
  /** The law that T whitens. */
  readonly whitened: CovariateLaw;
  readonly context: CovariateLaw;
  readonly query: CovariateLaw;
}): TargetMoments {
  const { link, scales, amplitude, transform, whitened, context, query } = parts;
  requireGaussian(context, "a target of random indices");
  requireGaussian(query, "a target of random indices");
  const [sigma, sigmaQuery] = [context.covariance.matrix, query.covariance.matrix];

  // In terms of v: Σu = left·v, s² = vᵀ form v, and likewise for the query.
  const left = transform === undefined ? sigma : multiply(sigma, transform);
  const leftQuery = transform === undefined ? sigmaQuery : multiply(sigmaQuery, transform);
  const formOf = (law: CovariateLaw, half: Matrix): Matrix => {
    if (transform === undefined) return half;
    return law === whitened ? identity(law.dimension) : multiply(transpose(transform), half);
  };
  const form = formOf(context, left);
  const { spectrum, variance, queryVariance } = commonForm(form, query === context ? form : formOf(query, leftQuery));

  const momentsAt = remembered((s2) => scales.map(({ scale }) => link.moments(scale * Math.sqrt(s2))));
  /** E_κ of a function of the link's moments at s² and at s_q². */
  const overScales = (at: number, atQuery: number, h: (own: LinkMoments, query: LinkMoments) => number): number => {
    const [own, ofQuery] = [momentsAt(at), momentsAt(atQuery)];
    return scales.reduce((sum, { weight }, k) => sum + weight * h(own[k], ofQuery[k]), 0);
  };
  const energyAt = (s2: number): number => overScales(s2, s2, ({ energy }) => energy);
  const tiltedEnergyAt = (s2: number): number => overScales(s2, s2, ({ tiltedEnergy }) => tiltedEnergy);
  const slopesAt = (s2: number, q2: number): number =>
    overScales(s2, q2, (own, ofQuery) => own.slope * ofQuery.slope) / Math.sqrt(s2 * q2);
  /** Bounds the slopes, c₁² ≤ a: where these are negligible, they need no digits of their own. */
  const slopeBoundAt = (s2: number, q2: number): number =>
    overScales(s2, q2, (own, ofQuery) => Math.sqrt(own.energy * ofQuery.energy)) / Math.sqrt(s2 * q2);

  const { values, vectors } = spectrum;
  const average = sphereAverage(values);
  const mean = (h: (p: number) => number): number => average(h).reduce((sum, term) => sum + term, 0);
  const sandwich = (directions: Float64Array, right: Matrix): Matrix =>
    multiply(left, multiply(vectors, diagonal(directions), transpose(vectors)), transpose(right));

  // E[(b₂ − a)/s² vvᵀ] as a difference of averages: where g is nearly constant, b₂ − a itself is rounding.
  const tilted = average((p) => tiltedEnergyAt(variance(p)) / variance(p));
  const flat = average((p) => energyAt(variance(p)) / variance(p));
  const excess = tilted.map((value, i) => value - flat[i]);

  const square = amplitude ** 2;
  const meanEnergy = mean((p) => energyAt(variance(p)));
  const slopesBy = (formOfQuery: (p: number) => number): Float64Array =>
    average(
      (p) => slopesAt(variance(p), formOfQuery(p)),
      (p) => slopeBoundAt(variance(p), formOfQuery(p)),
    );
  return {
    crossMoment: scaled(sandwich(slopesBy(queryVariance), leftQuery), square),
    contextMoment: scaled(sandwich(slopesBy(variance), left), square),
    energy: scaled(add(scaled(sigma, meanEnergy), sandwich(excess, left)), square),
    secondMoment: square * mean((p) => energyAt(queryVariance(p))),
  };
}

/**
 * The moments of one target f(x) = A g(κ⟨u, x⟩) over x ~ N(0, Σ), u given: β = (A c₁/s) Σu and E f² = A² a.
 *
 * @param index u, `[d]`
 * @param sigma Σ, `[d, d]`
 */
export function indexMoments(
  index: Float64Array,
  sigma: Matrix,
  { link, scale, amplitude }: { readonly link: Link; readonly scale: number; readonly amplitude: number },
): QueryMoments {
  const cross = multiplyVector(sigma, index);
  const deviation = Math.sqrt(dot(index, cross));
  if (deviation === 0) return { cross, energy: (amplitude * link.value(0)) ** 2 };
  const { slope, energy } = link.moments(scale * deviation);
  return { cross: cross.map((entry) => ((amplitude * slope) / deviation) * entry), energy: amplitude ** 2 * energy };
}

/** The averages ask for the link's moments at the same nodes, and are told only finite ones. */
function remembered(moments: (s2: number) => readonly LinkMoments[]): (s2: number) => readonly LinkMoments[] {
  const known = new Map<number, readonly LinkMoments[]>();
  return (s2) => {
    let answer = known.get(s2);
    if (answer === undefined) {
      known.set(s2, (answer = moments(s2)));
      requireFiniteMoments(answer.flatMap(({ slope, energy, tiltedEnergy }) => [slope, energy, tiltedEnergy]));
    }
    return answer;
  };
}
