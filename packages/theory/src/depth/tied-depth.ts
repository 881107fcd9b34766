import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireCount } from "../require.ts";
import { whitenedLaw, type LinearSetting } from "../risk/isotropic.ts";
import { cite } from "../sources.ts";
import { bestResidual } from "./best-polynomial.ts";
import { filterLoss, filterProblem } from "./filter-problem.ts";
import { fitPattern, type OptimalDepth } from "./optimal-depth.ts";

/**
 * The best step size of a looped model: L layers that share one a.
 *
 * $$ \min_a\ \sigma^2 + \mathbb{E}\,\mathrm{tr}\big[\omega^2 q(S)^2 + \sigma^2 S p(S)^2\big], \qquad q(s) = \Big(1-\frac{as}{n}\Big)^L $$
 *
 * A polynomial of degree 2L in a: scanned over every step size that is stable for some eigenvalue of the spectrum's
 * Gauss rule, then minimised from each valley of the scan.
 *
 * @param layers L ≥ 1
 * @returns L equal step sizes, their loss, and the loss of the best polynomial of that degree
 * @throws AssumptionError, DomainError as `optimalDepth`
 *
 * @example
 * tiedDepth({ contextLength: 20, dimension: 5, noiseVariance: 8 }, 2).value.loss; // ≈ 9.76309620649
 */
export function tiedDepth(setting: LinearSetting, layers: number): ClosedForm<OptimalDepth> {
  requireCount("tiedDepth", "number of layers", layers, 1, "a model has at least one layer");
  const law = whitenedLaw("tiedDepth", setting);
  return {
    value:
      law.taskVariance === 0
        ? {
            stepSizes: Array.from({ length: layers }, () => 0),
            loss: law.noiseVariance,
            bestPolynomialLoss: law.noiseVariance,
          }
        : bestOf(),
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

  function bestOf(): OptimalDepth {
    const problem = filterProblem(law, layers);
    const lossAt = (a: number): number => filterLoss(problem, (u) => (1 - a * u) ** layers);
    const largest = 2 / problem.nodes[0];
    const scan = Array.from({ length: 401 }, (_, i) => largest * 1e-4 ** (1 - i / 400));
    const losses = scan.map(lossAt);
    let best = { stepSizes: [0] as readonly number[], loss: Infinity };
    scan.forEach((a, i) => {
      const isValley = losses[i] <= (losses[i - 1] ?? Infinity) && losses[i] <= (losses[i + 1] ?? Infinity);
      if (!isValley) return;
      const fit = fitPattern(problem, [layers], Float64Array.of(a));
      if (fit.loss < best.loss) best = fit;
    });
    return { ...best, bestPolynomialLoss: filterLoss(problem, bestResidual(problem, layers)) };
  }
}
