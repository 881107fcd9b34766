import { integerPower, power } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import type { IsotropicSetting } from "../optimum/step-size.ts";
import { requireInRange } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";
import { bestResidual } from "./best-polynomial.ts";
import { filterLoss, filterProblem } from "./filter-problem.ts";
import { fitPattern, restingDepth, type OptimalDepth } from "./optimal-depth.ts";
import { requireLayers } from "./require-layers.ts";
import { distinctMinima, withoutSearch, type SearchReport } from "./search-report.ts";

/** The optimum of a looped model, L equal `stepSizes`, and how the search for it went; starts are step sizes. */
export interface TiedDepth extends OptimalDepth, SearchReport<number> {}

/**
 * The best step size of a looped model: L layers that share one a.
 *
 * $$ \min_a\ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q(S)^2 + \sigma^2 S p(S)^2\big], \qquad q(s) = \Big(1-\frac{as}{n}\Big)^L = 1 - s\,p(s) $$
 *
 * A polynomial of degree 2L in a: scanned over every step size that is stable for some eigenvalue of the spectrum's
 * Gauss rule, then minimised from each valley of the scan.
 *
 * A loop that shares any matrix A may do better than A = aΣ⁻¹: then this is a critical point and no minimum. In two
 * dimensions aI + bJ, with J a quarter turn, has the eigenvalues a ± ib, and so the complex roots that a better
 * polynomial has: at n = 40, L = 3, without noise, 0.893 I ± 0.237 J has 0.85 of the loss of the best aI.
 *
 * @param layers 1 ≤ L ≤ 64
 * @returns L equal step sizes, their loss, the loss of the best polynomial of that degree, and the report of the search
 * @throws AssumptionError unless Ω = ω²Σ⁻¹ on its support
 * @throws DomainError for L < 1, L > 64 or an invalid setting
 * @throws ShapeError for covariances of different dimensions
 * @throws NumericalError where the loss overflows
 *
 * Source: own derivation, tiedDepth.
 *
 * @example
 * const { value } = tiedDepth({ contextLength: 20, dimension: 5, noiseVariance: 8 }, 2);
 * value.loss; // ≈ 9.76309620649
 * value.starts; // => 1
 */
export function tiedDepth(setting: LinearSetting, layers: number): ClosedForm<TiedDepth> {
  requireLayers("tiedDepth", layers);
  const law = whitenedLaw("tiedDepth", setting);
  const value =
    law.taskVariance === 0
      ? { ...restingDepth(law, layers), ...withoutSearch(law.noiseVariance) }
      : searchStep(law, layers);
  requireInRange("tiedDepth", "loss", [value.loss]);
  return {
    value,
    formula: String.raw`\min_a\ \sigma^2+\mathbb{E}\,\mathrm{tr}[\omega^2 q(S)^2+\sigma^2 S p(S)^2],\quad q(s) = (1-as/n)^L`,
    hypotheses: [
      hypotheses.diagonalDepth,
      "one step size shared by all layers",
      hypotheses.squaredError,
      hypotheses.gaussianCovariates,
      "task vectors w ~ N(0, ω²Σ⁻¹)",
      hypotheses.gaussianNoise,
    ],
    source: cite("onestep", "tiedDepth"),
  };
}

function searchStep(law: Required<IsotropicSetting>, layers: number): TiedDepth {
  const problem = filterProblem("tiedDepth", law, layers);
  const largest = 2 / problem.nodes[0];
  const scan = Array.from({ length: 401 }, (_, i) => largest * power(1e-4, 1 - i / 400));
  const losses = scan.map((a) => filterLoss(problem, (u) => integerPower(1 - a * u, layers)));
  const valleys = scan.filter(
    (_, i) => losses[i] <= (losses[i - 1] ?? Infinity) && losses[i] <= (losses[i + 1] ?? Infinity),
  );
  const fits = valleys
    .map((start) => ({ start, ...fitPattern(problem, [layers], Float64Array.of(start)) }))
    .sort((one, other) => one.cost - other.cost);
  const [best] = fits;
  return {
    stepSizes: best.stepSizes,
    loss: best.loss,
    bestPolynomialLoss: filterLoss(problem, bestResidual(problem, layers)),
    starts: valleys.length,
    evaluations: fits.reduce((sum, fit) => sum + fit.evaluations, scan.length),
    bestStart: best.start,
    localMinima: distinctMinima(fits.map((fit) => fit.loss)),
  };
}
