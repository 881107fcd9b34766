import { DomainError, NumericalError } from "@onestep/core";
import { logChebyshevGrid, type ChebyshevGrid } from "./chebyshev-grid.ts";
import { mixingOperators, type MixingOperators } from "./mixing-operators.ts";

/** h ↦ E[h(q) vᵢ²] for every coordinate i; the sum of these is E h(q). */
export type SphereAverage = (h: (q: number) => number) => Float64Array;

const FEWEST_NODES = 16;
const MOST_NODES = 512;

/**
 * Averages over v uniform on the unit sphere of R^d, of functions of the quadratic form q = Σᵢ λᵢ vᵢ²: deterministic,
 * in any dimension, to about 1e-13 of the largest |h|.
 *
 * The squares (vᵢ²) are Dirichlet(½, …, ½), and equal eigenvalues add up to one coordinate of Dirichlet(m/2, …). Such a
 * vector is broken like a stick: q_k = B q_{k−1} + (1−B) λ_k with q₁ = λ₁ and independent Beta variables B, so that
 * averaging peels off one eigenvalue after another,
 *
 * $$ h_{k-1}(q) = \mathbb{E}\, h_k\big(Bq + (1-B)\lambda_k\big), \qquad \mathbb{E}\,h(q) = h_1(\lambda_1) . $$
 *
 * The weight vᵢ² is one factor 1−B, when eigenvalue i is peeled, and one factor B in every peeling before. Each h_k is
 * held as a Chebyshev sum in log q, whose length doubles until the answer stands still.
 *
 * @param eigenvalues λ, `[d]`
 * @throws DomainError unless they are finite and > 0
 * @throws NumericalError if h is too rough for 512 nodes between the extreme eigenvalues
 *
 * @example
 * sphereAverage([1, 3])((q) => q); // ≈ [0.75, 1.25]
 */
export function sphereAverage(eigenvalues: ArrayLike<number>): SphereAverage {
  requirePositive(eigenvalues);
  const groups = groupEqual(eigenvalues);
  const spread = (perGroup: (group: number) => number): Float64Array => {
    const result = new Float64Array(eigenvalues.length);
    groups.forEach(({ members }, k) => members.forEach((i) => (result[i] = perGroup(k) / members.length)));
    return result;
  };
  if (groups.length === 1) return (h) => spread(() => h(groups[0].value));

  const ladders = new Map<number, Ladder>();
  const ladderOf = (nodes: number): Ladder => {
    let ladder = ladders.get(nodes);
    if (ladder === undefined) ladders.set(nodes, (ladder = buildLadder(groups, nodes)));
    return ladder;
  };
  return (h) => {
    let coarse = descend(ladderOf(FEWEST_NODES), h);
    for (let nodes = 2 * FEWEST_NODES; nodes <= MOST_NODES; nodes *= 2) {
      const fine = descend(ladderOf(nodes), h);
      const change = Math.max(...fine.averages.map((value, k) => Math.abs(value - coarse.averages[k])));
      if (change <= (1e-13 + 1e-15 * groups.length) * fine.largest) return spread((k) => fine.averages[k]);
      coarse = fine;
    }
    throw new NumericalError({
      where: "sphereAverage",
      expected: `a function resolved by ${MOST_NODES} nodes from ${groups[0].value} to ${groups.at(-1)!.value}`,
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

/** Eigenvalues that agree up to rounding. */
interface Group {
  readonly value: number;
  /** Their places in the list of eigenvalues. */
  readonly members: number[];
}

/** One way down from h to its average: a grid, and for each group but the first the operators that peel it off. */
interface Ladder {
  readonly grid: ChebyshevGrid;
  readonly first: number;
  readonly steps: readonly MixingOperators[];
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

function buildLadder(groups: readonly Group[], nodes: number): Ladder {
  const first = groups[0];
  const grid = logChebyshevGrid(nodes, first.value, groups.at(-1)!.value);
  let peeled = first.members.length / 2;
  const steps = groups.slice(1).map(({ value, members }) => {
    const operators = mixingOperators(grid, value, peeled, members.length / 2);
    peeled += members.length / 2;
    return operators;
  });
  return { grid, first: first.value, steps };
}

/** E[h(q) v²] summed over each group, and the largest |h| on the grid. */
function descend({ grid, first, steps }: Ladder, h: (q: number) => number): { averages: number[]; largest: number } {
  const values = grid.nodes.map(h);
  const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

  // From the last group down: `carried` holds h with every factor B so far, `taken[k]` the same with 1−B at group k.
  let carried = grid.coefficients(values);
  const taken: Float64Array[] = [];
  for (let k = steps.length - 1; k >= 0; k--) {
    taken[k] = grid.coefficients(steps[k].discarding(carried));
    carried = grid.coefficients(steps[k].keeping(carried));
  }

  // From the first group up: the functional that takes a function of q_k to its average.
  let functional = grid.evaluation(first);
  const averages = [product(functional, carried)];
  steps.forEach((step, k) => {
    averages.push(product(functional, taken[k]));
    functional = step.pullBack(grid.dualCoefficients(functional));
  });
  return { averages, largest };
}

function product(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i];
  return sum;
}
