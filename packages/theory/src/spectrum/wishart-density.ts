import { DomainError, exp, gaussLegendre, integrate } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { requireContextLength, requireDimension, requireFields, requireList, requireNonNegative } from "../require.ts";
import { cite } from "../sources.ts";
import { laguerreFunctions } from "./laguerre.ts";
import { densityBracket, pointAt, wishartGrid, type WishartGrid } from "./wishart-grid.ts";
import type { WishartSizes } from "./wishart-spectrum.ts";

/**
 * The exact mean density of the non-zero eigenvalues of XᵀX, for n rows x ~ N(0, I_d): the curve to draw over a histogram.
 *
 * $$ \rho(x) = \sum_{k=0}^{N-2}\varphi_k(x)^2 - \tfrac12\sqrt{(N-1)(\nu-1)}\;\frac{\varphi_{N-1}(x)}{\sqrt x}\Big[\int_0^x - \tfrac12\int_0^\infty\Big]\frac{\varphi_{N-2}(y)}{\sqrt y}\,dy + 1_{N\,\mathrm{odd}}\,\kappa\,\frac{\varphi_{N-1}(x)}{\sqrt x} $$
 *
 * N = min(n, d), ν = max(n, d); φ_k are the orthonormal Laguerre functions of order ν − N; κ makes ∫ρ = N. For
 * integrals use `wishartSpectrum`, which is a quadrature rule for this density.
 *
 * @param eigenvalues where to evaluate, each at least 0, and above it for n = d, where ρ(0) is infinite
 * @returns ρ at each of them, per unit of eigenvalue
 * @throws DomainError for n < 1, d < 1, an eigenvalue that is negative, or 0 for n = d
 * @throws NumericalError if the density does not integrate to N
 *
 * Source: Adler et al. 1999, arXiv solv-int/9907001, Laguerre weight, β = 1.
 *
 * @example
 * wishartDensity({ contextLength: 2, dimension: 1 }, [2]).value[0]; // ≈ 0.183939720586
 */
export function wishartDensity(sizes: WishartSizes, eigenvalues: readonly number[]): ClosedForm<readonly number[]> {
  requireFields("wishartDensity", "sizes", sizes, ["contextLength", "dimension"]);
  requireList("wishartDensity", "eigenvalues", eigenvalues);
  const { contextLength, dimension } = sizes;
  requireContextLength("wishartDensity", contextLength);
  requireDimension("wishartDensity", dimension);
  const grid = wishartGrid(Math.min(contextLength, dimension), Math.max(contextLength, dimension), 8);
  return {
    value: eigenvalues.map((x) => {
      requireNonNegative("wishartDensity", "eigenvalue", x);
      if (x === 0 && contextLength === dimension) refuseOrigin();
      return densityAt(grid, Math.max(x, Number.MIN_VALUE));
    }),
    formula: String.raw`\rho(x) = \sum_{k\le N-2}\varphi_k^2-\tfrac12\sqrt{(N-1)(\nu-1)}\,\tfrac{\varphi_{N-1}(x)}{\sqrt x}\big[\int_0^x-\tfrac12\int_0^\infty\big]\tfrac{\varphi_{N-2}(y)}{\sqrt y}dy + 1_{N\,\mathrm{odd}}\kappa\tfrac{\varphi_{N-1}(x)}{\sqrt x}`,
    hypotheses: ["n independent rows x ~ N(0, I_d)"],
    source: cite("adler-1999", "Laguerre weight, β = 1"),
  };
}

/** For n = d the density is c/√x near 0. */
function refuseOrigin(): never {
  throw new DomainError({
    where: "wishartDensity",
    expected: "eigenvalues above 0 for n = d",
    arrived: "0, where that density is infinite",
    hint: "start the curve at a small positive eigenvalue",
  });
}

/** Density of x = t²: that of t over 2t. */
function densityAt(grid: WishartGrid, x: number): number {
  const root = Math.sqrt(grid.larger - grid.count);
  const t = Math.sqrt(x);
  const s = t - root;
  // t exceeds √ν + √N + r with probability at most e^{−r²/2}, which is no double at r = 60.
  if (t > Math.sqrt(grid.larger) + Math.sqrt(grid.count) + 60) return 0;
  const values = laguerreFunctions(grid.count, grid.larger - grid.count, s, t);
  const point = { t, values, primitive: primitiveAt(grid, t - (root + grid.start)) };
  return Math.max((densityBracket(point, grid) * exp(values.logScale)) / (2 * t), 0);
}

/** ∫ φ_{N−2} up to a distance from the start: the whole panels below, and a Gauss rule on the rest of its own. */
function primitiveAt({ count, larger, start, edges, edgePrimitives, total }: WishartGrid, distance: number): number {
  const alpha = larger - count;
  if (distance <= 0) return 0;
  if (distance >= edges[edges.length - 1]) return total;
  const above = edges.findIndex((edge) => edge > distance);
  const from = edges[above - 1];
  if (distance === from) return edgePrimitives[above - 1];
  const rest = integrate(gaussLegendre(16, from, distance), (u) => {
    const { s, t } = pointAt(Math.sqrt(alpha), start, u);
    const { previous, logScale } = laguerreFunctions(count, alpha, s, t);
    return previous * exp(logScale);
  });
  return edgePrimitives[above - 1] + rest;
}
