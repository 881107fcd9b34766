import { requireContextLength, requireCount, requireDimension } from "../require.ts";
import { densityBracket, wishartGrid } from "./wishart-grid.ts";

/**
 * The mean spectrum of a real Wishart matrix S ~ W_d(n, I) as a quadrature rule:
 * E Σᵢ φ(λᵢ) = Σ_j weights[j]·φ(eigenvalues[j]) + zeroEigenvalues·φ(0).
 */
export interface WishartSpectrum {
  readonly contextLength: number;
  readonly dimension: number;
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
 * @throws DomainError for n < 1 or d < 1
 * @throws NumericalError if the density does not integrate to N
 *
 * @example
 * const spectrum = wishartSpectrum({ contextLength: 20, dimension: 5 });
 * expectedTrace(spectrum, (x) => 1 / x); // ≈ 0.357142857143
 */
export function wishartSpectrum(
  sizes: { readonly contextLength: number; readonly dimension: number },
  growth: number = 8,
): WishartSpectrum {
  const { contextLength, dimension } = sizes;
  requireContextLength("wishartSpectrum", contextLength);
  requireDimension("wishartSpectrum", dimension);
  requireCount("wishartSpectrum", "degree of growth", growth, 0, "pass the degree of the largest polynomial");
  const count = Math.min(contextLength, dimension);
  const larger = Math.max(contextLength, dimension);
  const grid = wishartGrid(count, larger, growth);
  const weights = Float64Array.from(
    grid.nodes,
    (node) => node.weight * densityBracket(node, grid) * Math.exp(node.values.logScale),
  );
  const logWeights = Float64Array.from(
    grid.nodes,
    (node) => Math.log(Math.max(node.weight * densityBracket(node, grid), 0)) + node.values.logScale,
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
 * @param atZero φ(0), where the limit differs from what `f` returns; asked for only if n < d
 *
 * @example
 * expectedTrace(wishartSpectrum({ contextLength: 2, dimension: 3 }), (x) => x); // ≈ 6
 */
export function expectedTrace(spectrum: WishartSpectrum, f: (eigenvalue: number) => number, atZero?: number): number {
  let sum = 0;
  spectrum.eigenvalues.forEach((x, at) => {
    const weight = spectrum.weights[at];
    if (weight > 0) sum += weight * f(x);
  });
  return spectrum.zeroEigenvalues === 0 ? sum : sum + spectrum.zeroEigenvalues * (atZero ?? f(0));
}
