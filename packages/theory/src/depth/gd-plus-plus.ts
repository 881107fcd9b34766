import { DomainError, integerPower } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import { requireFields, requireFiniteNumber, requireInRange, requireList } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";
import { filterLoss, filterProblem, type FilterProblem } from "./filter-problem.ts";
import { requireGdPlusPlusLayers } from "./require-layers.ts";

/** One L-layer GD++ model: step sizes in layer order, and how each layer but the last rescales the covariates. */
export interface GdPlusPlusParameters {
  /** a_l, `[L]`, in units of Σ⁻¹XᵀX/n */
  readonly a: readonly number[];
  /** b_l, `[L−1]`: rows become (I − (a_l b_l/n) S_l) x; the last layer's b is dead */
  readonly b: readonly number[];
}

/**
 * The exact loss of a GD++ model: layers that step and also reshape the covariates, P_l = diag(b_l I, 1).
 *
 * $$ s_l = u\,r_l^2, \quad q_{l+1} = q_l(1 - a_l s_l), \quad r_{l+1} = r_l(1 - a_l b_l s_l), \qquad \mathrm{loss} = \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q_L^2 + \sigma^2 S p_L^2\big] $$
 *
 * with u = s/n and q_L = 1 − s p_L. The degree of q grows like 3^L: the map u ← u(1 − ab u)² is a Newton–Schulz
 * iteration, and two layers do about as much as four plain ones.
 *
 * @param parameters of L ≤ 5 layers, in layer order
 * @throws AssumptionError unless Ω = ω²Σ⁻¹ on its support
 * @throws DomainError for no layers, more than 5, numbers of b other than L − 1, or an invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the loss overflows
 *
 * Source: Ahn et al. 2023, arXiv 2306.00297, Theorem 4.
 *
 * @example
 * const setting = { contextLength: 20, dimension: 5, noiseVariance: 0.25 };
 * gdPlusPlusRisk(setting, { a: [0.5, 3.2], b: [0.9] }).value; // ≈ 0.392426735696
 */
export function gdPlusPlusRisk(setting: LinearSetting, parameters: GdPlusPlusParameters): ClosedForm<number> {
  requireFields("gdPlusPlusRisk", "parameters", parameters, ["a", "b"]);
  const { a, b } = parameters;
  requireList("gdPlusPlusRisk", "step sizes a", a);
  requireList("gdPlusPlusRisk", "ratios b", b);
  const layers = requireGdPlusPlusLayers("gdPlusPlusRisk", a.length);
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
  const loss =
    law.taskVariance === 0
      ? noiseOnly(law, a, products)
      : lossOf(filterProblem("gdPlusPlusRisk", law, degreeOf(layers)), a, products);
  requireInRange("gdPlusPlusRisk", "loss", [loss]);
  return passport(loss);
}

/** What GD++ numbers share: the recursion, the law it is averaged over, and the theorem. */
export function passport<V>(value: V): ClosedForm<V> {
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
export function degreeOf(layers: number): number {
  return (integerPower(3, layers) - 1) / 2;
}

function noiseOnly(law: Required<IsotropicSetting>, a: readonly number[], products: readonly number[]): number {
  // With ω² = 0 the loss is σ²(1 + E tr S p²): evaluated on the law of unit signal, whose bias part is taken off.
  const unit = filterProblem("gdPlusPlusRisk", { ...law, taskVariance: 1 }, degreeOf(a.length));
  const { nodes, weights, ridge } = unit;
  return nodes.reduce(
    (sum, u, j) => sum + (weights[j] * ridge * (1 - residual(u, a, products)) ** 2) / u,
    law.noiseVariance,
  );
}

/** The loss by the recursion, with the products a_l b_l in place of b. */
export function lossOf(problem: FilterProblem, a: readonly number[], products: readonly number[]): number {
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
