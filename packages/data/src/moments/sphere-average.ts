import { DomainError, dot, NumericalError } from "@onestep/core";
import { countPanels, logPanels, WIDEST_RATIO } from "./log-panels.ts";
import { mixingOperators, type MixingOperators } from "./mixing-operators.ts";

/**
 * h ↦ E[h(q) vᵢ²] for every coordinate i; the sum of these is E h(q).
 *
 * @param bound what errors of h are measured against, ≥ |h|; |h| itself if absent
 */
export type SphereAverage = (h: (q: number) => number, bound?: (q: number) => number) => Float64Array;

/** Nodes in a panel: enough for q³ at first, then half as many again, and again. */
const ORDERS: readonly number[] = [20, 30, 45, 68, 102, 153, 230, 345];
/** Nodes in all panels together, at most, if the first two orders do not suffice. */
const MOST_NODES = 640;

/**
 * Averages over v uniform on the unit sphere of R^d, of functions of the quadratic form q = Σᵢ λᵢ vᵢ²: deterministic,
 * in any dimension, each to about 1e-13 of E[|h(q)| vᵢ²] whatever the condition number, or of another bound's average.
 *
 * The squares (vᵢ²) are Dirichlet(½, …, ½), and equal eigenvalues add up to one coordinate of Dirichlet(m/2, …). Such a
 * vector is broken like a stick: q_k = B q_{k−1} + (1−B) λ_k with q₁ = λ₁ and independent Beta variables B, so that
 * averaging peels off one eigenvalue after another,
 *
 * $$ h_{k-1}(q) = \mathbb{E}\, h_k\big(Bq + (1-B)\lambda_k\big), \qquad \mathbb{E}\,h(q) = h_1(\lambda_1) . $$
 *
 * The weight vᵢ² is one factor 1−B, when eigenvalue i is peeled, and one factor B in every peeling before. Each h_k is
 * held by its values on panels in log q, whose nodes multiply until every answer stands still. All averages are of
 * positive weights and every panel keeps its own relative accuracy, so that what is rare or small keeps its digits too.
 *
 * @param eigenvalues λ, `[d]`
 * @throws DomainError unless they are finite and > 0
 * @throws NumericalError if h is too rough for 640 nodes between the extreme eigenvalues, or their ratio exceeds 1e30
 *
 * @example
 * sphereAverage([1, 3])((q) => q); // ≈ [0.75, 1.25]
 */
export function sphereAverage(eigenvalues: ArrayLike<number>): SphereAverage {
  requirePositive(eigenvalues);
  const groups = groupEqual(eigenvalues);
  const [least, most] = [groups[0].value, groups.at(-1)!.value];
  requireRatio(least, most);
  const spread = (perGroup: (group: number) => number): Float64Array => {
    const result = new Float64Array(eigenvalues.length);
    groups.forEach(({ members }, k) => members.forEach((i) => (result[i] = perGroup(k) / members.length)));
    return result;
  };
  if (groups.length === 1) return (h) => spread(() => h(groups[0].value));

  const ladders = new Map<number, Ladder>();
  const ladderOf = (order: number): Ladder => {
    let ladder = ladders.get(order);
    if (ladder === undefined) ladders.set(order, (ladder = buildLadder(groups, order)));
    return ladder;
  };
  const affordable = MOST_NODES / countPanels(least, most);
  const [first, ...finer] = ORDERS.filter((order, at) => at < 2 || order <= affordable);
  const tolerance = 1e-13 + 1e-15 * groups.length;
  return (h, bound = (q) => Math.abs(h(q))) => {
    const sizes = averageOn(ladderOf(first), bound);
    let coarse = averageOn(ladderOf(first), h);
    for (const order of finer) {
      const averages = averageOn(ladderOf(order), h);
      if (averages.every((value, k) => Math.abs(value - coarse[k]) <= tolerance * sizes[k])) {
        return spread((k) => averages[k]);
      }
      coarse = averages;
    }
    throw new NumericalError({
      where: "sphereAverage",
      expected: `a function resolved by ${MOST_NODES} nodes from ${least} to ${most}`,
      arrived: "one that still changes",
      hint: "use a smaller scale of the link, or a better conditioned covariance",
    });
  };
}

function requirePositive(eigenvalues: ArrayLike<number>): void {
  const stranger = Array.from(eigenvalues).find((lambda) => !(lambda > 0 && lambda < Infinity));
  if (stranger === undefined && eigenvalues.length > 0) return;
  throw new DomainError({
    where: "sphereAverage",
    expected: "at least one eigenvalue, all of them positive numbers",
    arrived: stranger === undefined ? "none" : String(stranger),
    hint: "pass the eigenvalues of a positive definite form",
  });
}

function requireRatio(least: number, most: number): void {
  if (most / least <= WIDEST_RATIO) return;
  throw new NumericalError({
    where: "sphereAverage",
    expected: `eigenvalues of condition number up to ${WIDEST_RATIO}`,
    arrived: `eigenvalues from ${least} to ${most}`,
    hint: "pass a better conditioned form",
  });
}

/** Eigenvalues that agree up to rounding. */
interface Group {
  readonly value: number;
  /** Their places in the list of eigenvalues. */
  readonly members: number[];
}

/** One way down from h to its average. */
interface Ladder {
  readonly nodes: Float64Array;
  /** For each group but the first, the operators that peel it off. */
  readonly steps: readonly MixingOperators[];
  /** For each of these, the functional that takes a function of q before the group was added to its average. */
  readonly functionals: readonly Float64Array[];
}

function groupEqual(eigenvalues: ArrayLike<number>): Group[] {
  const order = Array.from(eigenvalues, (_, i) => i).sort((i, j) => eigenvalues[i] - eigenvalues[j]);
  const tolerance = 1 + 16 * eigenvalues.length * 2 ** -53;
  const groups: Group[] = [];
  for (const i of order) {
    const last = groups.at(-1);
    if (last !== undefined && eigenvalues[i] <= last.value * tolerance) last.members.push(i);
    else groups.push({ value: eigenvalues[i], members: [i] });
  }
  return groups;
}

function buildLadder(groups: readonly Group[], order: number): Ladder {
  const [first, ...others] = groups;
  const panels = logPanels(order, first.value, groups.at(-1)!.value);
  let functional: Float64Array = new Float64Array(panels.nodes.length);
  const polynomials = new Float64Array(order);
  const home = panels.locate(first.value, polynomials);
  functional.set(panels.onValues(polynomials), order * home);
  const functionals = [functional];
  let peeled = first.members.length / 2;
  const steps = others.map(({ value, members }) => {
    const operators = mixingOperators(panels, value, peeled, members.length / 2);
    peeled += members.length / 2;
    functionals.push((functional = operators.pullBack(functional)));
    return operators;
  });
  return { nodes: panels.nodes, steps, functionals };
}

/** E[h(q) v²] summed over each group. */
function averageOn({ nodes, steps, functionals }: Ladder, h: (q: number) => number): number[] {
  // From the last group down: `carried` holds h with every factor B so far, and at each group one more factor is 1−B.
  let carried: Float64Array = nodes.map(h);
  const averages: number[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    averages[k + 1] = dot(functionals[k], steps[k].discarding(carried));
    carried = steps[k].keeping(carried);
  }
  averages[0] = dot(functionals[0], carried);
  return averages;
}
