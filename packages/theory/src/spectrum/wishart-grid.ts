import { exp, NumericalError } from "@onestep/core";
import { laguerreFunctions, type LaguerreValues } from "./laguerre.ts";
import { panelRule } from "./panel-integration.ts";

/** What the density needs at a point t = √x. */
export interface DensityPoint {
  readonly t: number;
  readonly values: LaguerreValues;
  /** ∫_0^t φ_{N−2}(u²) du */
  readonly primitive: number;
}

/** A point with its quadrature weight in t. */
interface GridNode extends DensityPoint {
  readonly weight: number;
}

/** Gauss–Legendre panels in t that resolve the density of √λ, λ an eigenvalue of a real Wishart matrix. */
export interface WishartGrid {
  /** N */
  readonly count: number;
  /** ν */
  readonly larger: number;
  readonly nodes: readonly GridNode[];
  /** Where the first panel begins, in s = t − √α: −√α, or what the density leaves out above it */
  readonly start: number;
  /** Panel edges as distances from `start`, ascending: exact where t = √x is close to 0 */
  readonly edges: readonly number[];
  /** ∫_0^t φ_{N−2}(u²) du at every edge */
  readonly edgePrimitives: readonly number[];
  /** ∫_0^∞ φ_{N−2}(u²) du */
  readonly total: number;
  /** κ for odd N, else 0 */
  readonly odd: number;
}

/** Nodes ascend, panel by panel. */
export const nodesPerPanel = 16;

/** The density of t = √x at a point, divided by exp(logScale). */
export function densityBracket(
  { t, values, primitive }: DensityPoint,
  { count, larger, total, odd }: WishartGrid,
): number {
  const kernel = 2 * t * values.squares * exp(values.logScale);
  const correction = Math.sqrt((count - 1) * (larger - 1)) * (2 * primitive - total) - odd;
  return kernel - values.last * correction;
}

/**
 * @param count N = min(n, d)
 * @param larger ν = max(n, d)
 * @param growth the degree of the largest polynomial to be integrated
 * @throws NumericalError if the density does not integrate to N
 */
export function wishartGrid(count: number, larger: number, growth: number): WishartGrid {
  const alpha = larger - count;
  const origin = Math.sqrt(alpha);
  const rule = panelRule(nodesPerPanel);
  const { start, edges } = panelEdges(count, larger, growth);
  const nodes: GridNode[] = [];
  const edgePrimitives = [0];
  let total = 0;
  for (let panel = 0; panel + 1 < edges.length; panel++) {
    const half = (edges[panel + 1] - edges[panel]) / 2;
    const centre = (edges[panel + 1] + edges[panel]) / 2;
    const at = Array.from(rule.nodes, (x) => pointAt(origin, start, centre + half * x));
    const values = at.map(({ s, t }) => laguerreFunctions(count, alpha, s, t));
    const previous = values.map((value) => value.previous * exp(value.logScale));
    values.forEach((value, i) => {
      const inPanel = rule.upTo[i].reduce((sum, coefficient, j) => sum + coefficient * previous[j], 0);
      nodes.push({
        t: at[i].t,
        weight: half * rule.weights[i],
        values: value,
        primitive: total + half * inPanel,
      });
    });
    total += half * previous.reduce((sum, value, j) => sum + rule.weights[j] * value, 0);
    edgePrimitives.push(total);
  }
  return normalised({ count, larger, nodes, start, edges, edgePrimitives, total, odd: 0 });
}

/** A distance u from the start of the grid as s = t − √α and t. From the origin, t is u to the last digit. */
export function pointAt(origin: number, start: number, u: number): { readonly s: number; readonly t: number } {
  return { s: start + u, t: origin + start + u };
}

/** Fixes κ for odd N by ∫ρ = N; for even N that identity is the check. */
function normalised(grid: WishartGrid): WishartGrid {
  const { count, nodes } = grid;
  const integral = (f: (node: GridNode) => number): number =>
    nodes.reduce((sum, node) => sum + node.weight * f(node) * exp(node.values.logScale), 0);
  const missing = count - integral((node) => densityBracket(node, grid));
  if (count % 2 === 1) return { ...grid, odd: missing / integral((node) => node.values.last) };
  if (Math.abs(missing) <= 2 ** -36 * count) return grid;
  throw new NumericalError({
    where: "wishartSpectrum",
    expected: `a density that integrates to ${count}`,
    arrived: `${count - missing}`,
    hint: "this is a bug for moderate sizes; please report n and d",
  });
}

/** Panels in √x: fine enough for φ_{N−1}², whose wave number is at most 4√N, and for the Gaussian tails. */
function panelEdges(
  count: number,
  larger: number,
  growth: number,
): { readonly start: number; readonly edges: readonly number[] } {
  const alpha = larger - count;
  const root = Math.sqrt(alpha);
  // √ν − √α without cancellation.
  const centre = count / (Math.sqrt(larger) + root);
  const reach = Math.sqrt(count) + 9;
  const start = Math.max(centre - reach, -root);
  const grown = (2 * growth) / (Math.sqrt(larger + 2 * growth) + Math.sqrt(larger));
  const length = centre + grown + reach - start;
  const width = Math.min(0.5, 2.5 / Math.sqrt(count));
  const panels = Math.ceil(length / width);
  const edges = Array.from({ length: panels + 1 }, (_, i) => (length * i) / panels);
  if (start > -root) return { start, edges };
  // Towards x = 0 each panel begins at a quarter of its end: as close as doubles go where E 1/x is infinite.
  const first = edges[1];
  const depth = alpha <= 1 ? 250 : 22;
  const graded = Array.from({ length: depth }, (_, i) => first * 4 ** (i - depth));
  return { start, edges: [0, ...graded, ...edges.slice(1)] };
}
