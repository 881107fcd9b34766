import type { ClosedForm } from "../closed-form.ts";
import { leastSquaresFit } from "../numerics/levenberg-marquardt.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import { requireInRange } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";
import { filterProblem } from "./filter-problem.ts";
import { degreeOf, lossOf, passport } from "./gd-plus-plus.ts";
import { residualsOf, type GdPlusPlusOptimum } from "./optimal-gd-plus-plus.ts";
import { requireGdPlusPlusLayers } from "./require-layers.ts";
import { distinctMinima, withoutSearch } from "./search-report.ts";

/** Starts for a and for a·b, as shares of the largest stable rate. */
const STEPS = [0.3, 0.6, 1, 1.7, 3];
const PRODUCTS = [0.1, 0.25, 0.5, 1, 1.6];

/**
 * The best looped GD++ model: L layers that share one a and one b.
 *
 * $$ \min_{a,\,b}\ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q_L^2 + \sigma^2 S p_L^2\big], \qquad q_{l+1} = q_l(1 - a\,u r_l^2), \quad r_{l+1} = r_l(1 - a b\,u r_l^2) $$
 *
 * with u = s/n. Two parameters on the exact Gauss rule of the mean spectrum: minimised by Levenberg–Marquardt from a
 * grid of starts. In the last layer b is dead. A layer that is repeated is much worse than layers of their own: untied
 * ones take small steps first and large ones once the covariates are conditioned.
 *
 * @param layers 1 ≤ L ≤ 5
 * @returns the model, a and b repeated, its loss, and the report of the search
 * @throws AssumptionError unless Ω = ω²Σ⁻¹ on its support
 * @throws DomainError for L < 1, L > 5, or an invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the loss overflows
 *
 * Source: own derivation, tiedGdPlusPlus.
 *
 * @example
 * tiedGdPlusPlus({ contextLength: 20, dimension: 5, noiseVariance: 0 }, 2).value.loss; // ≈ 0.118725387116
 */
export function tiedGdPlusPlus(setting: LinearSetting, layers: number): ClosedForm<GdPlusPlusOptimum> {
  requireGdPlusPlusLayers("tiedGdPlusPlus", layers);
  const law = whitenedLaw("tiedGdPlusPlus", setting);
  const value = law.taskVariance === 0 ? resting(law, layers) : search(law, layers);
  requireInRange("tiedGdPlusPlus", "loss", [value.loss, ...value.a, ...value.b]);
  const form = passport(value);
  return {
    ...form,
    hypotheses: [...form.hypotheses, "one a and one b shared by all layers"],
    source: cite("onestep", "tiedGdPlusPlus"),
  };
}

function resting({ noiseVariance }: Required<IsotropicSetting>, layers: number): GdPlusPlusOptimum {
  return { ...modelOf(new Float64Array(2), layers), loss: noiseVariance, ...withoutSearch(noiseVariance) };
}

function search(law: Required<IsotropicSetting>, layers: number): GdPlusPlusOptimum {
  const problem = filterProblem("tiedGdPlusPlus", law, degreeOf(layers));
  const stable = 1 / problem.nodes[problem.nodes.length - 1];
  let evaluations = 0;
  // One layer has no b: its product is dead.
  const starts = STEPS.flatMap((step) => (layers === 1 ? [[step]] : PRODUCTS.map((product) => [step, product])));
  const fits = starts
    .map((shares) => {
      const start = Float64Array.from(shares, (share) => stable * share);
      const { parameters, cost } = leastSquaresFit(start, (at) => {
        evaluations++;
        const { values, slopes } = residualsOf(problem, layers, untied(at, layers));
        return { values, slopes: slopes.map((slope) => at.map((_, k) => total(slope, k, layers))) };
      });
      const all = Array.from(untied(parameters, layers));
      return { start, parameters, cost, loss: lossOf(problem, all.slice(0, layers), all.slice(layers)) };
    })
    .sort((one, other) => one.cost - other.cost);
  const [best] = fits;
  return {
    ...modelOf(best.parameters, layers),
    loss: best.loss,
    starts: fits.length,
    evaluations,
    bestStart: modelOf(best.start, layers),
    localMinima: distinctMinima(fits.map(({ loss }) => loss)),
  };
}

/** All a, then all products a·b. */
function untied([step, product]: Float64Array, layers: number): Float64Array {
  return Float64Array.from({ length: 2 * layers - 1 }, (_, at) => (at < layers ? step : product));
}

/** The slope in the shared a (k = 0) or in the shared product (k = 1). */
function total(slope: Float64Array, k: number, layers: number): number {
  return (k === 0 ? slope.slice(0, layers) : slope.slice(layers)).reduce((sum, value) => sum + value, 0);
}

function modelOf([step, product]: Float64Array, layers: number): { a: number[]; b: number[] } {
  const a = Array.from({ length: layers }, () => step);
  return { a, b: a.slice(1).map(() => (product === 0 ? 0 : product / step)) };
}
