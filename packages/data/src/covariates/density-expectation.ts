import { AssumptionError, compositeGaussLegendre, NumericalError, type Quadrature } from "@onestep/core";
import { estimateFromDraws } from "../moments/estimate-from-draws.ts";

const NODES = 32;
/** Panels that shrink towards 0, so that a function may bend there as sharply as it likes: 4⁻¹², …, ¼, 1. */
const TOWARDS_ZERO = Array.from({ length: 13 }, (_, k) => 4 ** (k - 12));
const WIDTH = 1.5;
/** Where panels begin to grow, for tails like a power of z, and how often; at the end, 3·10⁷, the power alone is left. */
const TAIL_START = 512;
const TAIL_PANELS = 8;
/** How far half as many nodes may be off in the tail, relative to the whole. */
const OSCILLATION = 1e-8;

/** h ↦ E h(z) */
export type Expectation = (h: (z: number) => number) => number;

/**
 * Expectations over a density that ends, or falls exponentially, by composite Gauss–Legendre: 12 digits for an h that
 * grows like a power and is smooth on either side of 0, on the scale of 1 where |z| > 1.
 *
 * @param density on [from, to] with from < 0 < to, beyond which nothing counts
 */
export function densityExpectation(density: (z: number) => number, from: number, to: number): Expectation {
  const left = panelsTo(-from).map((edge) => -edge);
  const panels = panelIntegrals(density, [...left.reverse(), ...panelsTo(to).slice(1)]);
  return (h) => sum(panels(h));
}

/**
 * The same for a symmetric density that falls like a power of |z|. What lies beyond the last panel is summed as the
 * geometric series that the last two begin. Of an h that goes on oscillating where the tail still counts, 8 digits are
 * right, or it is refused.
 *
 * @param density need not integrate to 1
 * @throws AssumptionError by the expectation, where it is infinite
 * @throws NumericalError by the expectation, where h oscillates too much
 */
export function heavyTailExpectation(density: (z: number) => number): Expectation {
  const tail = Array.from({ length: TAIL_PANELS + 1 }, (_, k) => TAIL_START * 4 ** k);
  const body = panelIntegrals(density, panelsTo(TAIL_START));
  const [fine, coarse] = [panelIntegrals(density, tail), panelIntegrals(density, tail, NODES / 2)];
  const half = (h: (z: number) => number): number => {
    const panels = [...body(h), ...fine(h)];
    const size = sum(panels.map(Math.abs));
    const error = sum(coarse(h).map((part, k) => Math.abs(part - panels[panels.length - TAIL_PANELS + k])));
    if (error > OSCILLATION * size) throw refuseOscillation();
    return sum(panels) + beyond(panels, size);
  };
  return (h) => (half(h) + half((z) => h(-z))) / (2 * half(() => 1));
}

/** Edges from 0 to `end`: first growing, then 1.5 apart. */
function panelsTo(end: number): number[] {
  const count = Math.max(0, Math.ceil((end - 1) / WIDTH));
  const equal = Array.from({ length: count }, (_, k) => 1 + ((end - 1) * (k + 1)) / count);
  return [0, ...TOWARDS_ZERO, ...equal];
}

/** h ↦ ∫ h·density over each panel; a node without mass is not asked for h, which may be infinite there. */
function panelIntegrals(
  density: (z: number) => number,
  edges: readonly number[],
  nodesPerPanel: number = NODES,
): (h: (z: number) => number) => number[] {
  let prepared: Quadrature | undefined;
  const prepare = (): Quadrature => {
    const { nodes, weights } = compositeGaussLegendre(edges, nodesPerPanel);
    return { nodes, weights: weights.map((weight, at) => weight * density(nodes[at])) };
  };
  return (h) => {
    const { nodes, weights } = (prepared ??= prepare());
    const panels = edges.slice(1).map(() => 0);
    weights.forEach((mass, at) => {
      if (mass > 0) panels[Math.floor(at / nodesPerPanel)] += mass * h(nodes[at]);
    });
    return panels;
  };
}

/** What would follow the last panel, as the last two go on. */
function beyond(panels: readonly number[], size: number): number {
  const [previous, last] = panels.slice(-2);
  if (size < Infinity && Math.abs(last) <= 2 ** -60 * size) return 0;
  const ratio = last / previous;
  if (ratio < 1 - 2 ** -30) return (Math.max(ratio, 0) * last) / (1 - ratio);
  throw new AssumptionError({
    where: "coordinateExpectation",
    expected: "a function of a coordinate whose expectation is finite",
    arrived: "one that grows too fast for the tails of this law",
    hint: "choose more degrees of freedom, or a target that grows more slowly",
    source: "moments of coordinates with heavy tails",
    unmet: ["the expectation is finite"],
  });
}

function refuseOscillation(): NumericalError {
  return new NumericalError({
    where: "coordinateExpectation",
    expected: `a function of a coordinate that does not oscillate beyond ${TAIL_START} standard deviations`,
    arrived: "one that does, on a law whose tails still count there",
    hint: `choose more degrees of freedom, or ${estimateFromDraws}`,
  });
}

function sum(parts: readonly number[]): number {
  return parts.reduce((total, part) => total + part, 0);
}
