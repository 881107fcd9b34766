import { exp, expm1, log, log1p } from "@onestep/core";
import type { LogPanels } from "./log-panels.ts";

/**
 * Averages over one breaking of the stick, q ↦ Bq + (1−B)λ with B ~ Beta(a, b), of a function given by its values at
 * the nodes of panels; the results are values there too.
 */
export interface MixingOperators {
  /** q ↦ E[B h(Bq + (1−B)λ)] */
  keeping(values: Float64Array): Float64Array;
  /** q ↦ E[(1−B) h(Bq + (1−B)λ)] */
  discarding(values: Float64Array): Float64Array;
  /** The transpose of their sum: a functional of the average → the same functional of what is averaged. */
  pullBack(functional: Float64Array): Float64Array;
}

/** What the average at one node q weighs the values with, on the panels between q and λ. */
interface Row {
  /** The first node of these panels. */
  readonly start: number;
  readonly keep: Float64Array;
  readonly discard: Float64Array;
}

/** The operators for panels that contain λ. */
export function mixingOperators(panels: LogPanels, lambda: number, a: number, b: number): MixingOperators {
  const { nodes } = panels;
  const rule = logitBetaRule(a, b, nodes.at(-1)! / nodes[0]);
  const rows = Array.from(nodes, (q) => mixingRow(panels, q, lambda, rule));
  return {
    keeping: (values) => Float64Array.from(rows, ({ start, keep }) => product(keep, values, start)),
    discarding: (values) => Float64Array.from(rows, ({ start, discard }) => product(discard, values, start)),
    pullBack(functional) {
      const result = new Float64Array(nodes.length);
      rows.forEach(({ start, keep, discard }, row) => {
        for (let m = 0; m < keep.length; m++) result[start + m] += functional[row] * (keep[m] + discard[m]);
      });
      return result;
    },
  };
}

function mixingRow(panels: LogPanels, q: number, lambda: number, rule: readonly BetaNode[]): Row {
  const { order } = panels;
  const polynomials = new Float64Array(order);
  const ends = [panels.locate(q, polynomials), panels.locate(lambda, polynomials)];
  const start = order * Math.min(...ends);
  const length = order * (Math.max(...ends) + 1) - start;
  const [keep, discard] = [new Float64Array(length), new Float64Array(length)];
  for (const { kept, lost, weight } of rule) {
    const at = order * panels.locate(kept * q + lost * lambda, polynomials) - start;
    for (let m = 0; m < order; m++) {
      const share = weight * polynomials[m];
      keep[at + m] += kept * share;
      discard[at + m] += lost * share;
    }
  }
  for (let at = 0; at < length; at += order) {
    for (const row of [keep, discard]) row.set(panels.onValues(row.subarray(at, at + order)), at);
  }
  return { start, keep, discard };
}

function product(weights: Float64Array, values: Float64Array, start: number): number {
  let sum = 0;
  for (let m = 0; m < weights.length; m++) sum += weights[m] * values[start + m];
  return sum;
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
 * nodes. All terms of the rule are positive, so that a positive function keeps its digits even where most of its average
 * comes from where B hardly ever is.
 *
 * @param condition bounds q/λ and λ/q
 */
function logitBetaRule(a: number, b: number, condition: number): readonly BetaNode[] {
  // Beyond the last node Bq + (1−B)λ is λ or q to the last bit; what lies there is a geometric series, added to it.
  const reach = 37 + log(condition);
  const step = Math.min(0.25, Math.sqrt(1 / a + 1 / b) / 3);
  const last = Math.ceil(reach / step);
  const logDensity = (y: number): number => a * y - (a + b) * (Math.max(y, 0) + log1p(exp(-Math.abs(y))));
  const peak = logDensity(log(a / b));
  const nodes: BetaNode[] = [];
  let total = 0;
  for (let at = -last; at <= last; at++) {
    const y = at * step;
    let weight = exp(logDensity(y) - peak);
    if (at === -last) weight /= -expm1(-a * step);
    if (at === last) weight /= -expm1(-b * step);
    total += weight;
    // A function that falls like 1/q is at most `condition` times as large there as where the weights are.
    if (weight * condition > 1e-20) nodes.push({ kept: 1 / (1 + exp(-y)), lost: 1 / (1 + exp(y)), weight });
  }
  return nodes.map((node) => ({ ...node, weight: node.weight / total }));
}
