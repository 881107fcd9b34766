import { integerPower, power } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { leastSquaresFit, type Residuals } from "../numerics/levenberg-marquardt.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import { requireInRange } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { filterProblem, residualAt, type FilterProblem } from "./filter-problem.ts";
import { degreeOf, lossOf, passport, type GdPlusPlusParameters } from "./gd-plus-plus.ts";
import { requireGdPlusPlusLayers } from "./require-layers.ts";
import { distinctMinima, withoutSearch, type SearchReport } from "./search-report.ts";

/** The best GD++ model found, and how the search went. */
export interface GdPlusPlusOptimum extends GdPlusPlusParameters, SearchReport<GdPlusPlusParameters> {
  /** The pre-training loss of this model, σ² of the query included */
  readonly loss: number;
}

/**
 * The best GD++ model of L layers that a multi-start search finds.
 *
 * $$ \min_{a,\,b}\ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q_L(S)^2 + \sigma^2 S\,p_L(S)^2\big] = \mathrm{const} + \min_{a,\,b}\ \omega^2\,\mathbb{E}\sum_i\Big(1+\frac{\lambda}{u_i}\Big)\Big(q_L(u_i)-\frac{\lambda}{u_i+\lambda}\Big)^2, \qquad \lambda = \frac{\sigma^2}{n\omega^2} $$
 *
 * with q_L, p_L of `gdPlusPlusRisk` and u = s/n: a least-squares distance to the Bayes filter, exact on a Gauss rule of
 * the mean spectrum. It is minimised by Levenberg–Marquardt from a lattice of starting points and from the best model
 * with one layer less, continued by an idle layer. For L ≥ 3 there are several local minima; the returned one is the
 * least found, an upper bound.
 *
 * How good the bound is for L = 3, Ω = I: at nine laws (n, d, σ²), tens of thousands of starts found nothing lower. It
 * is .988753 at (10, 5, .5), 1.035567 at (8, 8, 0) and 5.243303 at (5, 10, .1), each below the value known before.
 * The noise-free values known before, .00068 at (20, 5, 0) and .0307 at (10, 5, 0), cannot be attained: they appear
 * when eigenvalues of XᵀX above 65 are left out, as in a finite sample, and the steps that show them have a true loss of
 * .047 and of 97. The best found are .00096131 and .03925932, both confirmed in exact rational arithmetic.
 *
 * @param layers 1 ≤ L ≤ 5
 * @returns the model, its loss, and the report of the search
 * @throws AssumptionError unless Ω = ω²Σ⁻¹ on its support
 * @throws DomainError for L < 1, L > 5, or an invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the loss overflows
 *
 * Source: Ahn et al. 2023, arXiv 2306.00297, Theorem 4.
 *
 * @example
 * optimalGdPlusPlus({ contextLength: 20, dimension: 5, noiseVariance: 0.25 }, 2).value.loss; // ≈ 0.387971502494
 */
export function optimalGdPlusPlus(setting: LinearSetting, layers: number): ClosedForm<GdPlusPlusOptimum> {
  requireGdPlusPlusLayers("optimalGdPlusPlus", layers);
  const law = whitenedLaw("optimalGdPlusPlus", setting);
  if (law.taskVariance === 0) {
    const idle = { a: Array.from({ length: layers }, () => 0), b: Array.from({ length: layers - 1 }, () => 0) };
    return passport({ ...idle, loss: law.noiseVariance, ...withoutSearch(law.noiseVariance) });
  }
  const value = search(law, layers);
  requireInRange("optimalGdPlusPlus", "loss", [value.loss, ...value.a, ...value.b]);
  return passport(value);
}

function search(law: Required<IsotropicSetting>, layers: number): GdPlusPlusOptimum {
  const problem = filterProblem("optimalGdPlusPlus", law, degreeOf(layers));
  const shallower = layers === 1 ? undefined : search(law, layers - 1);
  const starts = [...latticeStarts(problem, layers), ...(shallower === undefined ? [] : continuations(shallower))];
  let evaluations = shallower?.evaluations ?? 0;
  const fits = starts
    .map((start) => {
      const { parameters, cost } = leastSquaresFit(start, (at) => {
        evaluations++;
        return residualsOf(problem, layers, at);
      });
      return { start, parameters, cost, loss: lossOf(problem, ...split(parameters, layers)) };
    })
    .sort((one, other) => one.cost - other.cost);
  const [best] = fits;
  return {
    ...modelOf(best.parameters, layers),
    loss: best.loss,
    starts: starts.length,
    evaluations,
    bestStart: modelOf(best.start, layers),
    localMinima: distinctMinima(fits.map((fit) => fit.loss)),
  };
}

/** The search runs over a_l and the products a_l b_l, which stay bounded where a_l is small. */
function split(parameters: Float64Array, layers: number): [a: number[], products: number[]] {
  return [Array.from(parameters.subarray(0, layers)), Array.from(parameters.subarray(layers))];
}

function modelOf(parameters: Float64Array, layers: number): GdPlusPlusParameters {
  const [a, products] = split(parameters, layers);
  return { a, b: products.map((product, l) => (product === 0 ? 0 : product / a[l])) };
}

/** The best of L−1 layers with a layer added in front or behind that barely moves. */
function continuations({ a, b }: GdPlusPlusParameters): Float64Array[] {
  const products = b.map((value, l) => value * a[l]);
  const gentle = a[0] / 4;
  return [0.1, 1, 4].flatMap((factor) => [
    Float64Array.from([...a, a[a.length - 1] * factor, ...products, a[a.length - 1] / 4]),
    Float64Array.from([gentle * factor, ...a, gentle, ...products]),
  ]);
}

/** A low-discrepancy lattice: first steps near the stable rate, later ones up to much larger, products near the first. */
export function latticeStarts({ nodes }: Pick<FilterProblem, "nodes">, layers: number): Float64Array[] {
  const stable = 1 / nodes[nodes.length - 1];
  // Five layers have 122 nodes and nine parameters: each start costs fifty times one of three layers.
  const count = [64, 128, 256, 256, 64][layers - 1];
  const parameters = 2 * layers - 1;
  // Kronecker lattice of the generalised golden ratio: x ↦ x^{p+1} = x + 1.
  let ratio = 1.5;
  for (let round = 0; round < 60; round++) ratio = power(1 + ratio, 1 / (parameters + 1));
  return Array.from({ length: count }, (_, index) =>
    Float64Array.from({ length: parameters }, (__, k) => {
      const position = (0.5 + (index + 1) * power(ratio, -(k + 1))) % 1;
      const isProduct = k >= layers;
      const depth = isProduct ? k - layers : k;
      // log-uniform
      const [low, high] = isProduct ? [0.15, 2 * integerPower(1.5, depth)] : [0.25, 2 * integerPower(4, depth)];
      return stable * low * power(high / low, position);
    }),
  );
}

/** Forward recursion with derivatives of q in every a_l and every product a_l b_l. */
export function residualsOf(problem: FilterProblem, layers: number, parameters: Float64Array): Residuals {
  const { nodes, scales } = problem;
  const count = parameters.length;
  const values = new Float64Array(nodes.length);
  const slopes = Array.from(nodes, (u, j) => {
    let [q, p, r] = [1, 0, 1];
    const dq = new Float64Array(count);
    const dr = new Float64Array(count);
    for (let l = 0; l < layers; l++) {
      const step = parameters[l];
      const product = l + 1 < layers ? parameters[layers + l] : 0;
      const s = u * r * r;
      for (let k = 0; k < count; k++) {
        const ds = 2 * u * r * dr[k];
        dq[k] = dq[k] * (1 - step * s) - q * step * ds;
        dr[k] = dr[k] * (1 - product * s) - r * product * ds;
      }
      dq[l] -= q * s;
      if (l + 1 < layers) dr[layers + l] -= r * s;
      p += step * r * r * q;
      q *= 1 - step * s;
      r *= 1 - product * s;
    }
    values[j] = residualAt(problem, j, q, p);
    return dq.map((slope) => slope * scales[j]);
  });
  return { values, slopes };
}
