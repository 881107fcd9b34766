import { DomainError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { leastSquaresFit, type Residuals } from "../numerics/levenberg-marquardt.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import { requireCount, requireFiniteNumber } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";
import { filterLoss, filterProblem, type FilterProblem } from "./filter-problem.ts";

/** One L-layer GD++ model: step sizes in layer order, and how each layer but the last rescales the covariates. */
export interface GdPlusPlusParameters {
  /** a_l, `[L]`, in units of Σ⁻¹XᵀX/n */
  readonly a: readonly number[];
  /** b_l, `[L−1]`: rows become (I − (a_l b_l/n) S_l) x; the last layer's b is dead */
  readonly b: readonly number[];
}

/** The best GD++ model found, and how the search went. */
export interface GdPlusPlusOptimum extends GdPlusPlusParameters {
  readonly loss: number;
  /** How many starting points were tried. */
  readonly starts: number;
  /** The distinct local minima found, best first; at most ten. */
  readonly localMinima: readonly number[];
}

/**
 * The exact loss of a GD++ model: layers that step and also reshape the covariates, P_l = diag(b_l I, 1).
 *
 * $$ s_l = u\,r_l^2, \quad q_{l+1} = q_l(1 - a_l s_l), \quad r_{l+1} = r_l(1 - a_l b_l s_l), \qquad \mathrm{loss} = \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q_L^2 + \sigma^2 S p_L^2\big] $$
 *
 * with u = s/n and q_L = 1 − s p_L. The degree of q grows like 3^L: the map u ← u(1 − ab u)² is a Newton–Schulz
 * iteration, and two layers do about as much as four plain ones.
 *
 * @throws AssumptionError unless Ω = ω²Σ⁻¹ on its support
 * @throws DomainError for no layers, more than 5, or numbers of b other than L − 1
 *
 * @example
 * const setting = { contextLength: 20, dimension: 5, noiseVariance: 0.25 };
 * gdPlusPlusRisk(setting, { a: [0.5, 3.2], b: [0.9] }).value; // ≈ 0.392426735696
 */
export function gdPlusPlusRisk(setting: LinearSetting, { a, b }: GdPlusPlusParameters): ClosedForm<number> {
  const layers = requireLayers("gdPlusPlusRisk", a.length);
  if (b.length !== layers - 1) {
    throw new DomainError({
      where: "gdPlusPlusRisk",
      expected: `${layers - 1} values of b for ${layers} layers`,
      arrived: `${b.length}`,
      hint: "the last layer's b is dead: leave it out",
    });
  }
  for (const value of [...a, ...b]) requireFiniteNumber("gdPlusPlusRisk", "parameter", value);
  const law = whitenedLaw("gdPlusPlusRisk", setting);
  const products = b.map((value, l) => value * a[l]);
  return passport(
    law.taskVariance === 0 ? noiseOnly(law, a, products) : lossOf(filterProblem(law, degreeOf(layers)), a, products),
  );
}

/**
 * The best GD++ model of L layers that a multi-start search finds.
 *
 * The loss is a least-squares distance to the Bayes filter λ/(u + λ) (`filterProblem`), minimised by
 * Levenberg–Marquardt from a lattice of starting points and from the best model with one layer less, continued by an
 * idle layer. For L ≥ 3 there are several local minima; the returned one is the least found, an upper bound.
 *
 * @param layers 1 ≤ L ≤ 5
 * @throws AssumptionError, DomainError as `gdPlusPlusRisk`
 *
 * @example
 * optimalGdPlusPlus({ contextLength: 20, dimension: 5, noiseVariance: 0.25 }, 2).value.loss; // ≈ 0.387971502494
 */
export function optimalGdPlusPlus(setting: LinearSetting, layers: number): ClosedForm<GdPlusPlusOptimum> {
  requireLayers("optimalGdPlusPlus", layers);
  const law = whitenedLaw("optimalGdPlusPlus", setting);
  if (law.taskVariance === 0) {
    const idle = { a: Array.from({ length: layers }, () => 0), b: Array.from({ length: layers - 1 }, () => 0) };
    return passport({ ...idle, loss: law.noiseVariance, starts: 0, localMinima: [law.noiseVariance] });
  }
  return passport(search(law, layers));
}

function passport<V>(value: V): ClosedForm<V> {
  return {
    value,
    formula: String.raw`q_{l+1} = q_l(1-a_l u r_l^2),\ r_{l+1} = r_l(1-a_l b_l u r_l^2),\quad \sigma^2+\mathbb{E}\,\mathrm{tr}[\omega^2 q_L^2+\sigma^2 S p_L^2]`,
    hypotheses: [
      "L layers with P_l = diag(b_l I, 1), Q_l = −diag(a_l Σ⁻¹, 0)",
      hypotheses.squaredError,
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(0, ω²Σ⁻¹)",
      hypotheses.gaussianNoise,
    ],
    source: cite("ahn-2023", "Theorem 4"),
  };
}

/** deg q_L = 1 + 3 + … + 3^{L−1} */
function degreeOf(layers: number): number {
  return (3 ** layers - 1) / 2;
}

function requireLayers(where: string, layers: number): number {
  requireCount(where, "number of layers", layers, 1, "a model has at least one layer");
  if (layers <= 5) return layers;
  throw new DomainError({
    where,
    expected: "at most 5 layers",
    arrived: String(layers),
    hint: "the residual of 6 GD++ layers is a polynomial of degree 364; use optimalDepth for deep plain models",
  });
}

function noiseOnly(law: Required<IsotropicSetting>, a: readonly number[], products: readonly number[]): number {
  // With ω² = 0 the loss is σ²(1 + E tr S p²): evaluated on the law of unit signal, whose bias part is taken off.
  const unit = filterProblem({ ...law, taskVariance: 1 }, degreeOf(a.length));
  const { nodes, weights, ridge } = unit;
  return nodes.reduce(
    (sum, u, j) => sum + (weights[j] * ridge * (1 - residual(u, a, products)) ** 2) / u,
    law.noiseVariance,
  );
}

function lossOf(problem: FilterProblem, a: readonly number[], products: readonly number[]): number {
  return filterLoss(problem, (u) => residual(u, a, products));
}

function residual(u: number, a: readonly number[], products: readonly number[]): number {
  let [q, r] = [1, 1];
  a.forEach((step, l) => {
    const s = u * r * r;
    q *= 1 - step * s;
    r *= 1 - (products[l] ?? 0) * s;
  });
  return q;
}

function search(law: Required<IsotropicSetting>, layers: number): GdPlusPlusOptimum {
  const problem = filterProblem(law, degreeOf(layers));
  const starts = [...latticeStarts(problem, layers), ...(layers === 1 ? [] : continuations(search(law, layers - 1)))];
  const fits = starts
    .map((start) => leastSquaresFit(start, (parameters) => residualsOf(problem, layers, parameters)))
    .map(({ parameters }) => {
      const a = Array.from(parameters.subarray(0, layers));
      const products = Array.from(parameters.subarray(layers));
      return { a, products, loss: lossOf(problem, a, products) };
    })
    .filter((fit) => Number.isFinite(fit.loss))
    .sort((one, other) => one.loss - other.loss);
  const { a, products, loss } = fits[0];
  return {
    a,
    b: products.map((product, l) => (product === 0 ? 0 : product / a[l])),
    loss,
    starts: starts.length,
    localMinima: distinct(fits.map((fit) => fit.loss)).slice(0, 10),
  };
}

function distinct(sorted: readonly number[]): number[] {
  return sorted.filter((value, at) => at === 0 || value - sorted[at - 1] > 1e-9 * value);
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
function latticeStarts({ nodes }: FilterProblem, layers: number): Float64Array[] {
  const stable = 1 / nodes[nodes.length - 1];
  // Five layers have 122 nodes and nine parameters: each start costs fifty times one of three layers.
  const count = [64, 128, 256, 256, 64][layers - 1];
  const parameters = 2 * layers - 1;
  // Kronecker lattice of the generalised golden ratio: x ↦ x^{p+1} = x + 1.
  let ratio = 1.5;
  for (let round = 0; round < 60; round++) ratio = (1 + ratio) ** (1 / (parameters + 1));
  return Array.from({ length: count }, (_, index) =>
    Float64Array.from({ length: parameters }, (__, k) => {
      const position = (0.5 + (index + 1) * ratio ** -(k + 1)) % 1;
      const isProduct = k >= layers;
      const depth = isProduct ? k - layers : k;
      // log-uniform
      const [low, high] = isProduct ? [0.15, 2 * 1.5 ** depth] : [0.25, 2 * 4 ** depth];
      return stable * low * (high / low) ** position;
    }),
  );
}

/** Forward recursion with derivatives of q in every a_l and every product a_l b_l. */
function residualsOf({ nodes, scales, ridge }: FilterProblem, layers: number, parameters: Float64Array): Residuals {
  const count = parameters.length;
  const values = new Float64Array(nodes.length);
  const slopes = Array.from(nodes, (u, j) => {
    let [q, r] = [1, 1];
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
      q *= 1 - step * s;
      r *= 1 - product * s;
    }
    values[j] = scales[j] * (q - ridge / (u + ridge));
    return dq.map((slope) => slope * scales[j]);
  });
  return { values, slopes };
}
