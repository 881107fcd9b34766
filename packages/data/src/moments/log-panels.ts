import { exp, log } from "@onestep/core";
import { chebyshevPolynomials, logChebyshevGrid } from "./chebyshev-grid.ts";

/** The width of the widest panel in log q: over each, a power of q stays within a small factor of itself. */
const WIDEST_PANEL = 2;

/** The largest ratio of two numbers that panels are laid between: their cost grows with the square of its logarithm. */
export const WIDEST_RATIO = 1e30;

/**
 * Chebyshev grids in log q, side by side between two positive numbers. A function that is analytic around the positive
 * axis and nowhere falls or grows much faster than a power is interpolated to rounding of its size *in each panel*,
 * however much larger it is in another: a single grid is exact only to rounding of the largest value of all.
 */
export interface LogPanels {
  /** q at the nodes, `[panels · order]`, panel after panel from the left */
  readonly nodes: Float64Array;
  /** Nodes in a panel. */
  readonly order: number;
  /** The panel that holds q, and T₀, T₁, … at q's place in it, `[order]`. */
  locate(q: number, polynomials: Float64Array): number;
  /** A functional of a panel's Chebyshev coefficients → the same functional of its values, `[order]` to `[order]`. */
  onValues(functional: Float64Array): Float64Array;
}

/** How many panels there are between two numbers. */
export function countPanels(least: number, most: number): number {
  return Math.ceil(log(most / least) / WIDEST_PANEL);
}

/** Panels of `order` nodes each, from `least` to `most` with 0 < least < most ≤ `WIDEST_RATIO` · least. */
export function logPanels(order: number, least: number, most: number): LogPanels {
  const count = countPanels(least, most);
  const width = log(most / least) / count;
  const reference = logChebyshevGrid(order, exp(-width / 2), exp(width / 2));
  const middle = (panel: number): number => (panel + 0.5) * width;
  return {
    nodes: Float64Array.from({ length: count * order }, (_, at) => {
      const panel = Math.floor(at / order);
      return least * exp(middle(panel)) * reference.nodes[at - panel * order];
    }),
    order,
    locate(q, polynomials) {
      const logarithm = log(q / least);
      const panel = Math.max(0, Math.min(count - 1, Math.floor(logarithm / width)));
      chebyshevPolynomials(reference.place(logarithm - middle(panel)), polynomials);
      return panel;
    },
    onValues: (functional) => reference.dualCoefficients(functional),
  };
}
