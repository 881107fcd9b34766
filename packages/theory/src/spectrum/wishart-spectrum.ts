import { DomainError, exp, log, NumericalError } from "@onestep/core";
import {
  requireContextLength,
  requireCount,
  requireDimension,
  requireFields,
  requireFunction,
  requireInRange,
  requireList,
} from "../require.ts";
import { densityBracket, nodesPerPanel, wishartGrid } from "./wishart-grid.ts";

/** How large a Wishart matrix is: S = XᵀX for n independent rows x ~ N(0, I_d). */
export interface WishartSizes {
  /** n ≥ 1 */
  readonly contextLength: number;
  /** d ≥ 1 */
  readonly dimension: number;
}

/**
 * The mean spectrum of a real Wishart matrix S ~ W_d(n, I) as a quadrature rule:
 * E Σᵢ φ(λᵢ) = Σ_j weights[j]·φ(eigenvalues[j]) + zeroEigenvalues·φ(0).
 */
export interface WishartSpectrum extends WishartSizes {
  /** Nodes on the positive half-line, ascending. */
  readonly eigenvalues: Float64Array;
  /** They sum to N = min(n, d). */
  readonly weights: Float64Array;
  /** ln of the weights, also where those underflow: for integrands that grow. */
  readonly logWeights: Float64Array;
  /** d − N, the eigenvalues that are always 0 */
  readonly zeroEigenvalues: number;
}

/**
 * The exact one-point density of the real Wishart ensemble, discretised to full precision.
 *
 * $$ \rho(x) = \sum_{k=0}^{N-2}\varphi_k(x)^2 - \tfrac12\sqrt{(N-1)(\nu-1)}\;\frac{\varphi_{N-1}(x)}{\sqrt x}\Big[\int_0^x - \tfrac12\int_0^\infty\Big]\frac{\varphi_{N-2}(y)}{\sqrt y}\,dy + 1_{N\,\mathrm{odd}}\,\kappa\,\frac{\varphi_{N-1}(x)}{\sqrt x} $$
 *
 * N = min(n, d), ν = max(n, d), α = ν − N; φ_k are the orthonormal Laguerre functions; κ makes ∫ρ = N. In t = √x the
 * density is smooth and lives within √ν ± √N up to Gaussian tails: composite Gauss–Legendre panels resolve every
 * oscillation there, and shrink geometrically towards t = 0, so that functions which turn as sharply as
 * 1/(x + λ), λ ↓ 0, are integrated as well.
 *
 * @param growth the degree up to which polynomials of x are to be integrated: their mass moves into the upper tail
 * @throws DomainError for n < 1, d < 1 or a degree that is not a whole number, at least 0
 * @throws NumericalError if the density does not integrate to N
 *
 * Source: Adler et al. 1999, arXiv solv-int/9907001, Laguerre weight, β = 1.
 *
 * @example
 * const spectrum = wishartSpectrum({ contextLength: 20, dimension: 5 });
 * expectedTrace(spectrum, (x) => 1 / x); // ≈ 0.357142857143
 */
export function wishartSpectrum(sizes: WishartSizes, growth: number = 8): WishartSpectrum {
  requireFields("wishartSpectrum", "sizes", sizes, ["contextLength", "dimension"]);
  const { contextLength, dimension } = sizes;
  requireContextLength("wishartSpectrum", contextLength);
  requireDimension("wishartSpectrum", dimension);
  requireCount("wishartSpectrum", "degree of growth", growth, 0, "pass the degree of the largest polynomial");
  const count = Math.min(contextLength, dimension);
  const larger = Math.max(contextLength, dimension);
  const grid = wishartGrid(count, larger, growth);
  const weights = Float64Array.from(
    grid.nodes,
    (node) => node.weight * densityBracket(node, grid) * exp(node.values.logScale),
  );
  const logWeights = Float64Array.from(
    grid.nodes,
    (node) => log(Math.max(node.weight * densityBracket(node, grid), 0)) + node.values.logScale,
  );
  return {
    contextLength,
    dimension,
    eigenvalues: Float64Array.from(grid.nodes, (node) => node.t * node.t),
    weights: weights.map((weight) => Math.max(weight, 0)),
    logWeights,
    zeroEigenvalues: dimension - count,
  };
}

/**
 * E tr φ(S) for S ~ W_d(n, I).
 *
 * $$ \mathbb{E}\,\mathrm{tr}\,\varphi(S) = \int \varphi\rho + (d-N)\,\varphi(0) $$
 *
 * The density of the smallest eigenvalues is x^{(|n−d|−1)/2}, so that φ = x^{−p} has a finite average only for
 * p < (|n−d|+1)/2. A φ that grows so fast towards 0 that the average is infinite is refused, not summed; so is one
 * whose average is finite, but comes from too close to 0 for the rule to give nine digits of it.
 *
 * @param f φ, called at positive eigenvalues, and at 0 if n < d and no `atZero` is given
 * @param atZero φ(0), where the limit differs from what `f` returns; used only if n < d
 * @throws DomainError where `f` returns NaN
 * @throws NumericalError where the average is infinite, overflows, or lies too close to 0 for the rule
 *
 * Source: own derivation, the definition of the mean spectrum (`wishartSpectrum`).
 *
 * @example
 * expectedTrace(wishartSpectrum({ contextLength: 2, dimension: 3 }), (x) => x); // ≈ 6
 */
export function expectedTrace(spectrum: WishartSpectrum, f: (eigenvalue: number) => number, atZero?: number): number {
  requireFields("expectedTrace", "a spectrum", spectrum, ["eigenvalues", "weights", "zeroEigenvalues"]);
  requireList("expectedTrace", "eigenvalues", spectrum.eigenvalues);
  requireList("expectedTrace", "weights", spectrum.weights);
  requireFunction("expectedTrace", "eigenvalue ↦ φ", f);
  const terms = Float64Array.from(spectrum.weights, (weight, at) =>
    weight === 0 ? 0 : weight * f(spectrum.eigenvalues[at]),
  );
  const sum = terms.reduce((total, term) => total + term, 0);
  if (terms.some(Number.isNaN)) {
    throw new DomainError({
      where: "expectedTrace",
      expected: "a function with a value at every positive eigenvalue",
      arrived: "NaN",
      hint: "look for 0/0 or ∞ − ∞ where the eigenvalue is very small or very large",
    });
  }
  requireResolved(terms);
  requireInRange("expectedTrace", "mean", [sum]);
  if (spectrum.zeroEigenvalues === 0) return sum;
  const limit = atZero ?? f(0);
  if (Number.isFinite(limit)) return sum + spectrum.zeroEigenvalues * limit;
  throw new NumericalError({
    where: "expectedTrace",
    expected: `a finite φ(0), since n < d leaves ${spectrum.zeroEigenvalues} eigenvalues at 0`,
    arrived: String(limit),
    hint: "the average is infinite, unless the function has a limit at 0: pass it as the third argument",
  });
}

/**
 * An integrand that is bounded in t = √x has at most a third as much in the lowest panel [0, h] as in the next, [h, 4h].
 * One that is not has its digits, or its infinity, in the lowest: harmless only where that panel hardly counts.
 */
function requireResolved(terms: Float64Array): void {
  const sizeOf = (panel: Float64Array): number => panel.reduce((total, term) => total + Math.abs(term), 0);
  const lowest = sizeOf(terms.subarray(0, nodesPerPanel));
  const next = sizeOf(terms.subarray(nodesPerPanel, 2 * nodesPerPanel));
  if (lowest < Infinity && (lowest <= next / 2 || lowest <= 1e-9 * sizeOf(terms))) return;
  throw new NumericalError({
    where: "expectedTrace",
    expected: "a function that is integrable at the smallest eigenvalues",
    arrived: "one that grows too fast towards 0: its average is infinite, or out of reach",
    hint: "E tr S⁻ᵖ is finite only for p < (|n − d| + 1)/2: take n and d further apart, or regularise, as in 1/(x + λ)",
  });
}
