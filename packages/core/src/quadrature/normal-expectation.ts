import { DomainError } from "../errors.ts";
import { normalDensity } from "../statistics/normal.ts";
import { compositeGaussLegendre } from "./gauss-legendre.ts";

export interface NormalExpectationOptions {
  /** Where f or a derivative of it jumps. */
  readonly breakpoints?: readonly number[];
  /** The shortest length over which f varies by its own size, e.g. 1/κ for sin(κz); 1 by default. */
  readonly scale?: number;
}

/** The normal mass beyond is 10⁻³⁷, small against any polynomial. */
const REACH = 13;
const WIDEST_PANEL = 1.5;
/** A panel of three lengths leaves 32 nodes far below rounding for tanh, erf, sin and their like. */
const PANEL_LENGTHS = 3;
const NODES_PER_PANEL = 32;
const MOST_PANELS = 100_000;

/**
 * E f(z) for z ~ N(0, 1), by composite Gauss–Legendre on [−13, 13]: about 13 digits for a function that is smooth between
 * its breakpoints and grows no faster than a polynomial.
 *
 * @throws DomainError for a scale that is not positive, or so small that it would take more than 100 000 panels
 *
 * @example
 * normalExpectation((z) => z * z); // ≈ 1
 */
export function normalExpectation(f: (z: number) => number, options: NormalExpectationOptions = {}): number {
  const width = Math.min(WIDEST_PANEL, PANEL_LENGTHS * (options.scale ?? 1));
  if (!(width > 0) || (2 * REACH) / width > MOST_PANELS) {
    throw new DomainError({
      where: "normalExpectation",
      expected: `a scale of at least ${(2 * REACH) / MOST_PANELS / PANEL_LENGTHS}`,
      arrived: String(options.scale),
      hint: "give a jump as a breakpoint instead of a tiny scale",
    });
  }
  const { nodes, weights } = compositeGaussLegendre(panelEdges(options.breakpoints ?? [], width), NODES_PER_PANEL);
  let sum = 0;
  for (let i = 0; i < nodes.length; i++) sum += weights[i] * normalDensity(nodes[i]) * f(nodes[i]);
  return sum;
}

/** −13, the breakpoints within, 13, and between neighbours equal panels no wider than `width`. */
function panelEdges(breakpoints: readonly number[], width: number): number[] {
  const inside = breakpoints.filter((x) => Math.abs(x) < REACH);
  const corners = [...new Set([-REACH, 0, ...inside, REACH])].sort((x, y) => x - y);
  const edges = [corners[0]];
  for (let at = 1; at < corners.length; at++) {
    const [from, to] = [corners[at - 1], corners[at]];
    const panels = Math.ceil((to - from) / width);
    for (let panel = 1; panel < panels; panel++) edges.push(from + ((to - from) * panel) / panels);
    edges.push(to);
  }
  return edges;
}
