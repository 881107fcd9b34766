import { NumericalError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireIsotropic, type IsotropicSetting } from "../optimum/step-size.ts";
import { requireInRange, requirePositive } from "../require.ts";
import { cite } from "../sources.ts";
import { filterProblem, type FilterProblem } from "./filter-problem.ts";
import { isReal, residualRoots } from "./optimal-depth.ts";
import { requireLayers } from "./require-layers.ts";

/** Eigenvalues spread over 1/√n around 1, and roots are told apart by its square: of sixteen digits n takes its own. */
const LONGEST_CONTEXT = 1e8;

/**
 * The noise variance above which two of the L optimal step sizes coalesce.
 *
 * $$ \sigma_c^2 = \inf\lbrace \sigma^2 : q \text{ has a root off the real line} \rbrace, \qquad q(u) = \frac{\lambda+u\,\tilde q(u)}{u+\lambda}, \quad \lambda = \frac{\sigma^2}{n\omega^2} $$
 *
 * The best residual polynomial q of degree L (see `optimalDepth`) has real roots without noise. As σ² grows two of them meet and
 * leave the real line: from this σ² on, the best L layers have equal step sizes and are strictly worse than the best
 * polynomial of degree L. Found by bisection on the reality of the roots; proportional to ω².
 *
 * @param sizes isotropic prompts, ω² > 0
 * @param layers 2 ≤ L ≤ 64
 * @returns σ_c²
 * @throws DomainError for L < 2 (a single step cannot coalesce), L > 64, ω² = 0 or invalid sizes
 * @throws NumericalError where rounding hides the threshold (very many layers, n > 10⁸) or it overflows
 *
 * Source: own derivation, coalescenceThreshold.
 *
 * @example
 * coalescenceThreshold({ contextLength: 20, dimension: 5 }, 2).value; // ≈ 4.24864126336
 */
export function coalescenceThreshold(
  sizes: Omit<IsotropicSetting, "noiseVariance">,
  layers: number,
): ClosedForm<number> {
  requireLayers("coalescenceThreshold", layers, 2);
  const law = requireIsotropic("coalescenceThreshold", { ...sizes, noiseVariance: 0 });
  requirePositive("coalescenceThreshold", "task variance", law.taskVariance);
  if (law.contextLength > LONGEST_CONTEXT) {
    throw new NumericalError({
      where: "coalescenceThreshold",
      expected: `a context of at most ${LONGEST_CONTEXT} pairs, beyond which rounding hides the threshold`,
      arrived: String(law.contextLength),
      hint: "ask for a shorter context, and carry its trend on: that in 1/√n is smooth",
    });
  }
  const problem = filterProblem("coalescenceThreshold", law, layers);
  const coalesced = (ridge: number): boolean =>
    !residualRoots({ ...problem, ridge } satisfies FilterProblem, layers).every(isReal);
  const value = law.contextLength * law.taskVariance * firstTrue(coalesced);
  requireInRange("coalescenceThreshold", "threshold", [value]);
  return {
    value,
    formula: String.raw`\sigma_c^2 = \inf\{\sigma^2 : q \text{ has a root off the real line}\}`,
    hypotheses: [
      hypotheses.diagonalDepth,
      hypotheses.isotropicCovariates,
      hypotheses.isotropicTasks,
      hypotheses.gaussianNoise,
    ],
    source: cite("onestep", "coalescenceThreshold"),
  };
}

/** The first λ at which the property holds: steps of a tenth upwards, then bisection to the last digits. */
function firstTrue(holds: (ridge: number) => boolean): number {
  let [low, high] = [0, 2 ** -40];
  while (!holds(high)) {
    [low, high] = [high, high * 1.1];
    if (high < 2 ** 60) continue;
    throw new NumericalError({
      where: "coalescenceThreshold",
      expected: "two steps that coalesce at some noise level",
      arrived: "real roots at every noise level that was tried",
      hint: "with this many layers rounding hides the threshold; ask for fewer",
    });
  }
  while (high - low > 2 ** -46 * high) {
    const middle = (low + high) / 2;
    if (holds(middle)) high = middle;
    else low = middle;
  }
  return high;
}
