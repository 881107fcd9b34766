import { integerPower, power } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { leastSquaresFit, type Residuals } from "../numerics/levenberg-marquardt.ts";
import { ruleOf } from "../numerics/gauss-rule.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import { requireInRange } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";
import { bestResidual, bestResidualRoots, type Complex } from "./best-polynomial.ts";
import { filterLoss, filterProblem, residualAt, type FilterProblem } from "./filter-problem.ts";
import { requireLayers } from "./require-layers.ts";

/** The optimum of an L-layer model whose layers are gradient steps on the context. */
export interface OptimalDepth {
  /** a_l, ascending, in units of Σ⁻¹XᵀX/n: layers commute, their order is free */
  readonly stepSizes: readonly number[];
  /** The pre-training loss at these steps, σ² of the query included */
  readonly loss: number;
  /** The loss of the best polynomial of degree L in place of q; lower than `loss` where no real step sizes attain it */
  readonly bestPolynomialLoss: number;
}

/**
 * The best step sizes of L diagonal layers, A_l = a_l Σ⁻¹.
 *
 * $$ \mathrm{loss} = \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q(S)^2 + \sigma^2 S p(S)^2\big], \qquad q(s) = \prod_{l}\Big(1-\frac{a_l s}{n}\Big) = 1 - s\,p(s) $$
 *
 * The best polynomial q of degree L is explicit: an orthogonal polynomial of the mean Wishart spectrum. If its roots are
 * real, as they always are without noise, a_l = 1/root. Above a noise level (`coalescenceThreshold`) two roots leave
 * the real line; then no step sizes realise it, and at the optimum some steps are equal: it is searched for from more
 * than ten starts.
 *
 * A minimum over a_l is a critical point of the full problem over matrices A_l (symmetric criticality), so that the
 * infimum in Theorem 3 of 2306.00297 is attained.
 *
 * @param layers 1 ≤ L ≤ 64
 * @throws AssumptionError unless Ω = ω²Σ⁻¹ on its support
 * @throws DomainError for L < 1, L > 64 or an invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the loss overflows
 *
 * Source: Ahn et al. 2023, arXiv 2306.00297, Theorem 1 for one layer, Theorems 2 and 3 for more.
 *
 * @example
 * const { value } = optimalDepth({ contextLength: 20, dimension: 5, noiseVariance: 0 }, 2);
 * value.loss; // ≈ 0.361239686054
 * value.stepSizes[0]; // ≈ 0.515370682836
 */
export function optimalDepth(setting: LinearSetting, layers: number): ClosedForm<OptimalDepth> {
  requireLayers("optimalDepth", layers);
  const law = whitenedLaw("optimalDepth", setting);
  const value = law.taskVariance === 0 ? restingDepth(law, layers) : solveDepth(law, layers);
  requireInRange("optimalDepth", "loss", [value.loss]);
  return {
    value,
    formula: String.raw`a_l = 1/\mathrm{root}_l(q),\quad q(u) = (\lambda + u\,\tilde q(u))/(u+\lambda),\quad \tilde q \perp u\rho(u)\,du`,
    hypotheses: [
      hypotheses.diagonalDepth,
      hypotheses.squaredError,
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(0, ω²Σ⁻¹)",
      hypotheses.gaussianNoise,
    ],
    source: layers === 1 ? cite("ahn-2023", "Theorem 1") : cite("ahn-2023", "Theorems 2 and 3"),
  };
}

/** Without signal every layer rests. */
export function restingDepth(law: Required<IsotropicSetting>, layers: number): OptimalDepth {
  const loss = law.noiseVariance;
  return { stepSizes: Array.from({ length: layers }, () => 0), loss, bestPolynomialLoss: loss };
}

function solveDepth(law: Required<IsotropicSetting>, layers: number): OptimalDepth {
  const problem = filterProblem("optimalDepth", law, layers);
  const q = bestResidual(problem, layers);
  const bestPolynomialLoss = filterLoss(problem, q);
  const roots = residualRoots(problem, layers);
  if (roots.every(isReal)) {
    const stepSizes = roots.map((root) => 1 / root.re).sort((a, b) => a - b);
    return { stepSizes, loss: bestPolynomialLoss, bestPolynomialLoss };
  }
  // One layer has one root, which is real. A layer more cannot hurt: the optimum of one less, with a step that barely
  // moves, is one of the starts.
  const shallower = [1e-3, ...solveDepth(law, layers - 1).stepSizes];
  const { stepSizes, loss } = bestEqualPattern(problem, roots, shallower);
  return { stepSizes, loss: Math.max(loss, bestPolynomialLoss), bestPolynomialLoss };
}

/** The roots of the best residual polynomial, started from the zeros of the orthogonal polynomial behind it. */
export function residualRoots(problem: FilterProblem, layers: number): readonly Complex[] {
  return bestResidualRoots(problem, layers, ruleOf(problem.polynomials, layers).nodes);
}

/** A double root is computed as a pair that is apart by the square root of the rounding. */
export function isReal(root: Complex): boolean {
  return Math.abs(root.im) <= 2 ** -24 * Math.abs(root.re);
}

/**
 * The minimum of L ≥ 2 steps where some are equal: the full problem is minimised from the roots' real parts, from the optimum
 * without noise, from that of one layer less, from geometric spreads around the stable rates and from the best divisions
 * into two groups; then the pattern found is polished with its equal steps tied.
 */
function bestEqualPattern(problem: FilterProblem, roots: readonly Complex[], shallower: readonly number[]): Fitted {
  const layers = roots.length;
  const apart = Array.from({ length: layers }, () => 1);
  const suggested = roots.map((root) => root.re / (root.re * root.re + root.im * root.im)).sort((a, b) => a - b);
  const noiseFree = Array.from(ruleOf(problem.polynomials, layers).nodes, (root) => 1 / root);
  const best = [suggested, noiseFree, shallower, ...spreads(problem, layers), ...twoGroups(problem, layers)]
    .map((start) => fitPattern(problem, apart, Float64Array.from(start)))
    .reduce((least, fit) => (fit.cost < least.cost ? fit : least));
  // The fewest distinct steps that rounding cannot tell from the best: under loud noise, one.
  const simpler = [[best.stepSizes], clusters(best.stepSizes)].map((groups) => fitTied(problem, groups));
  return simpler.find((tied) => tied.loss <= best.loss * (1 + 2 ** -44)) ?? best;
}

/** Each group of steps becomes one step with its multiplicity, started from the mean. */
function fitTied(problem: FilterProblem, groups: readonly (readonly number[])[]): Fitted {
  return fitPattern(
    problem,
    groups.map((group) => group.length),
    Float64Array.from(groups, (group) => group.reduce((sum, a) => sum + a, 0) / group.length),
  );
}

/** Steps c·r^{−1…3} around c, for centres c and ratios r that cover the spectrum. */
function spreads({ nodes }: FilterProblem, layers: number): number[][] {
  const stable = 1 / nodes[nodes.length - 1];
  return [0.3, 0.6, 1.2].flatMap((centre) =>
    [1.1, 2, 4].map((ratio) =>
      Array.from({ length: layers }, (_, l) => centre * stable * power(ratio, (4 * l) / (layers - 1) - 1)),
    ),
  );
}

/** The three best of k equal small and L − k equal large steps, pulled a little apart. */
function twoGroups(problem: FilterProblem, layers: number): number[][] {
  const stable = 1 / problem.nodes[problem.nodes.length - 1];
  return Array.from({ length: layers - 1 }, (_, k) =>
    fitPattern(problem, [k + 1, layers - k - 1], Float64Array.of(0.4 * stable, 1.6 * stable)),
  )
    .sort((one, other) => one.cost - other.cost)
    .slice(0, 3)
    .map(({ stepSizes }) => stepSizes.map((a, l) => a * (1 + (0.1 * l) / layers)));
}

/** Runs of sorted steps that agree to a thousandth: what the full problem, flat in their difference, leaves of equality. */
function clusters(sorted: readonly number[]): number[][] {
  const groups: number[][] = [];
  for (const a of sorted) {
    const last = groups[groups.length - 1];
    const close = last !== undefined && Math.abs(a - last[last.length - 1]) <= 1e-3 * Math.abs(a);
    if (close) last.push(a);
    else groups.push([a]);
  }
  return groups;
}

interface Fitted {
  readonly stepSizes: readonly number[];
  readonly loss: number;
  /** The part of the loss that the steps decide, over ω²: what tells fits apart under loud noise */
  readonly cost: number;
  /** How often the residuals were computed */
  readonly evaluations: number;
}

/** Minimises the loss over distinct values b_i of multiplicity m_i. */
export function fitPattern(problem: FilterProblem, pattern: readonly number[], start: Float64Array): Fitted {
  let evaluations = 0;
  const { parameters, cost } = leastSquaresFit(start, (b) => {
    evaluations++;
    return patternResiduals(problem, pattern, b);
  });
  const stepSizes = Array.from(parameters)
    .flatMap((value, i) => Array.from({ length: pattern[i] }, () => value))
    .sort((a, b) => a - b);
  const loss = filterLoss(problem, (u) => stepSizes.reduce((product, a) => product * (1 - a * u), 1));
  return { stepSizes, loss, cost, evaluations };
}

/** The residuals of L steps with multiplicities, and their slopes in each distinct step. */
export function patternResiduals(problem: FilterProblem, pattern: readonly number[], b: Float64Array): Residuals {
  const { nodes, scales } = problem;
  const values = new Float64Array(nodes.length);
  const slopes = Array.from(nodes, (u, j) => {
    const powers = pattern.map((m, i) => integerPower(1 - b[i] * u, m));
    let [q, p] = [1, 0];
    pattern.forEach((m, i) => {
      for (let k = 0; k < m; k++) {
        p += b[i] * q;
        q *= 1 - b[i] * u;
      }
    });
    values[j] = residualAt(problem, j, q, p);
    return Float64Array.from(pattern, (m, i) => {
      const others = powers.reduce((product, power, k) => (k === i ? product : product * power), 1);
      return scales[j] * -m * u * integerPower(1 - b[i] * u, m - 1) * others;
    });
  });
  return { values, slopes };
}
