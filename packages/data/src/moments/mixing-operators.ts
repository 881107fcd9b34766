import { applyColumns, applyRows, chebyshevPolynomials, type ChebyshevGrid } from "./chebyshev-grid.ts";

/**
 * Averages over one breaking of the stick, q ↦ Bq + (1−B)λ with B ~ Beta(a, b), of a function given by its Chebyshev
 * coefficients; the results are values at the grid's nodes.
 */
export interface MixingOperators {
  /** q ↦ E[B h(Bq + (1−B)λ)] */
  keeping(coefficients: Float64Array): Float64Array;
  /** q ↦ E[(1−B) h(Bq + (1−B)λ)] */
  discarding(coefficients: Float64Array): Float64Array;
  /** The transpose of their sum: a functional of values → the same functional of coefficients before the average. */
  pullBack(functional: Float64Array): Float64Array;
}

/** The operators for a grid that contains λ. */
export function mixingOperators(grid: ChebyshevGrid, lambda: number, a: number, b: number): MixingOperators {
  const count = grid.nodes.length;
  const keep = new Float64Array(count * count);
  const discard = new Float64Array(count * count);
  const polynomials = new Float64Array(count);
  // Beyond `reach`, Bq + (1−B)λ is λ or q to the last bit, whatever q on the grid.
  const reach = 37 + Math.log(grid.nodes[0] / grid.nodes[count - 1]);
  const rule = logitBetaRule(a, b, reach);
  for (let row = 0; row < count; row++) {
    const q = grid.nodes[row];
    for (const { kept, lost, weight } of rule) {
      chebyshevPolynomials(grid.place(Math.log(kept * q + lost * lambda)), polynomials);
      for (let m = 0; m < count; m++) {
        const share = weight * polynomials[m];
        keep[row * count + m] = keep[row * count + m] + kept * share;
        discard[row * count + m] = discard[row * count + m] + lost * share;
      }
    }
  }
  return {
    keeping: (coefficients) => applyRows(keep, coefficients),
    discarding: (coefficients) => applyRows(discard, coefficients),
    pullBack(functional) {
      const [kept, lost] = [applyColumns(keep, functional), applyColumns(discard, functional)];
      return kept.map((value, m) => value + lost[m]);
    },
  };
}

/** A node of the rule: B, 1−B without cancellation, and its weight. */
interface BetaNode {
  readonly kept: number;
  readonly lost: number;
  readonly weight: number;
}

/**
 * Beta(a, b) by the trapezoidal rule in y = log B/(1−B), where its density is e^{ay}/(1+e^y)^{a+b} up to a constant.
 *
 * In y the mixture Bq + (1−B)λ stays away from zero for |Im y| < π for every ratio q/λ, so the rule converges
 * geometrically at a rate that no condition number can spoil; a Gauss–Jacobi rule in B would need √(q/λ) times as many
 * nodes. What lies beyond the reach is a geometric series, added to the last node on either side.
 */
function logitBetaRule(a: number, b: number, reach: number): readonly BetaNode[] {
  const step = Math.min(0.25, Math.sqrt(1 / a + 1 / b) / 3);
  const last = Math.ceil(reach / step);
  const logDensity = (y: number): number => a * y - (a + b) * (Math.max(y, 0) + Math.log1p(Math.exp(-Math.abs(y))));
  const peak = logDensity(Math.log(a / b));
  const nodes: BetaNode[] = [];
  let total = 0;
  for (let at = -last; at <= last; at++) {
    const y = at * step;
    let weight = Math.exp(logDensity(y) - peak);
    if (at === -last) weight /= -Math.expm1(-a * step);
    if (at === last) weight /= -Math.expm1(-b * step);
    total += weight;
    if (weight > 1e-20) nodes.push({ kept: 1 / (1 + Math.exp(-y)), lost: 1 / (1 + Math.exp(y)), weight });
  }
  return nodes.map((node) => ({ ...node, weight: node.weight / total }));
}
