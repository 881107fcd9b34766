import { cos } from "../elementary/trigonometric.ts";
import { DomainError } from "../errors.ts";
import { requireNodeCount, type Quadrature } from "./quadrature.ts";

/**
 * The Gauss–Legendre rule on [from, to]: exact for polynomials of degree 2·count − 1.
 *
 * Nodes are zeros of Pₙ, found by Newton's iteration on its recurrence; the weights are 2/((1 − x²)Pₙ′(x)²).
 *
 * @throws DomainError unless count ≥ 1 and from < to, both finite
 *
 * @example
 * integrate(gaussLegendre(2), (x) => x * x); // ≈ 0.666666666667
 */
export function gaussLegendre(count: number, from: number = -1, to: number = 1): Quadrature {
  requireNodeCount("gaussLegendre", count);
  requireInterval("gaussLegendre", [from, to]);
  const nodes = new Float64Array(count);
  const weights = new Float64Array(count);
  const { zeros, slopes } = legendreZeros(count);
  const centre = 0.5 * (from + to);
  const half = 0.5 * (to - from);
  for (let i = 0; i < count; i++) {
    const mirrored = count - 1 - i;
    const x = i < mirrored ? -zeros[i] : zeros[mirrored];
    const slope = slopes[Math.min(i, mirrored)];
    nodes[i] = centre + half * x;
    weights[i] = (half * 2) / ((1 - x * x) * slope * slope);
  }
  return { nodes, weights };
}

/**
 * Gauss–Legendre on each panel between neighbouring breakpoints: for integrands that are smooth in between.
 *
 * @param breakpoints strictly increasing, at least two
 *
 * @example
 * integrate(compositeGaussLegendre([-1, 0, 2], 4), Math.abs); // ≈ 2.5
 */
export function compositeGaussLegendre(breakpoints: readonly number[], nodesPerPanel: number): Quadrature {
  requireNodeCount("compositeGaussLegendre", nodesPerPanel);
  requireInterval("compositeGaussLegendre", breakpoints);
  const reference = gaussLegendre(nodesPerPanel);
  const panels = breakpoints.length - 1;
  const nodes = new Float64Array(panels * nodesPerPanel);
  const weights = new Float64Array(panels * nodesPerPanel);
  for (let panel = 0; panel < panels; panel++) {
    const centre = 0.5 * (breakpoints[panel] + breakpoints[panel + 1]);
    const half = 0.5 * (breakpoints[panel + 1] - breakpoints[panel]);
    for (let i = 0; i < nodesPerPanel; i++) {
      nodes[panel * nodesPerPanel + i] = centre + half * reference.nodes[i];
      weights[panel * nodesPerPanel + i] = half * reference.weights[i];
    }
  }
  return { nodes, weights };
}

/** The zeros x ≥ 0 of Pₙ, descending, with Pₙ′ there. */
interface LegendreZeros {
  readonly zeros: Float64Array;
  readonly slopes: Float64Array;
}

/** Few counts are ever asked for, and they come back in every expectation. */
const known = new Map<number, LegendreZeros>();

function legendreZeros(n: number): LegendreZeros {
  let found = known.get(n);
  if (found === undefined) {
    found = findLegendreZeros(n);
    known.set(n, found);
  }
  return found;
}

function findLegendreZeros(n: number): LegendreZeros {
  const count = Math.ceil(n / 2);
  const zeros = new Float64Array(count);
  const slopes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const isCentre = 2 * i + 1 === n;
    let x = isCentre ? 0 : cos((Math.PI * (i + 0.75)) / (n + 0.5));
    for (let round = 0; ; round++) {
      let previous = 1;
      let value = x;
      for (let k = 2; k <= n; k++) {
        const next = ((2 * k - 1) * x * value - (k - 1) * previous) / k;
        previous = value;
        value = next;
      }
      const slope = (n * (previous - x * value)) / (1 - x * x);
      slopes[i] = slope;
      const step = isCentre ? 0 : value / slope;
      if (Math.abs(step) < 2 ** -52 || round === 20) break;
      x -= step;
    }
    zeros[i] = x;
  }
  return { zeros, slopes };
}

function requireInterval(where: string, breakpoints: readonly number[]): void {
  const increasing = breakpoints.every((x, i) => Number.isFinite(x) && (i === 0 || x > breakpoints[i - 1]));
  if (increasing && breakpoints.length >= 2) return;
  throw new DomainError({
    where,
    expected: "at least two finite, strictly increasing breakpoints",
    arrived: `[${breakpoints.join(", ")}]`,
    hint: "sort the breakpoints, drop duplicates, and cut an infinite range where the integrand is negligible",
  });
}
