import { DomainError } from "@onestep/core";
import { byWeights } from "./context.ts";
import { spectralInterval } from "./context-gram.ts";
import { addScaled, descentDirection } from "./descent.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireCount, requirePositive } from "./settings.ts";

/** Settings of `chebyshev`. */
export interface ChebyshevSettings {
  /** k ≥ 0 */
  readonly steps: number;
  /**
   * [α, β], 0 < α ≤ β: where the positive eigenvalues of S/n lie. Omitted, each prompt takes its own smallest and
   * largest.
   */
  readonly interval?: readonly [number, number];
}

/**
 * k steps of the Chebyshev iteration for Sw = Xᵀy from w = 0: of all polynomials of degree k with value 1 at 0, its
 * residual has the least maximum over the interval.
 *
 * $$ q_k(s) = \frac{T_k\bigl((\theta - s)/\delta\bigr)}{T_k(\theta/\delta)}, \qquad
 *    \theta = \tfrac{\alpha+\beta}{2},\ \delta = \tfrac{\beta-\alpha}{2} $$
 *
 * @throws DomainError unless k is a whole number and 0 < α ≤ β
 *
 * Source: Saad, Iterative Methods for Sparse Linear Systems, 2003, Algorithm 12.1.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * // One step of length 2/(α + β) = 1/8, as in gradient descent
 * Array.from(await learners.chebyshev({ steps: 1, interval: [4, 12] }).predict(prompts)); // => [3.75]
 */
export const chebyshev: LearnerFactory<ChebyshevSettings> = defineLearner({
  name: "chebyshev",
  summary: "k steps of the Chebyshev iteration, on a given interval of the spectrum or on the prompt's own.",
  knows: ["interval of the spectrum, if given"],
  fit: (settings: ChebyshevSettings) => {
    const steps = requireCount("chebyshev: steps", settings.steps);
    const given = settings.interval === undefined ? undefined : requireInterval(settings.interval);
    return byWeights((context) => {
      let weights: Float64Array = new Float64Array(context.covariates.columns);
      const [alpha, beta] = given ?? spectralInterval(context) ?? [1, 1];
      const [theta, delta] = [(alpha + beta) / 2, (beta - alpha) / 2];
      // Saad's ρ; the recurrence is written without 1/δ, so that an interval of one point is no special case.
      let rho = 0;
      let step: Float64Array = new Float64Array(weights.length);
      for (let k = 0; k < steps; k++) {
        const rate = 2 / (2 * theta - delta * rho);
        const next = k === 0 ? delta / theta : (delta * rate) / 2;
        const kept = rho * next;
        step = descentDirection(context, weights).map((slope, j) => kept * step[j] + rate * slope);
        weights = addScaled(weights, 1, step);
        rho = next;
      }
      return weights;
    });
  },
});

function requireInterval(interval: readonly [number, number]): readonly [number, number] {
  const [alpha, beta] = interval.map((end) => requirePositive("chebyshev: interval", end));
  if (alpha <= beta) return [alpha, beta];
  throw new DomainError({
    where: "learners chebyshev: interval",
    expected: "[α, β] with α ≤ β",
    arrived: `[${alpha}, ${beta}]`,
    hint: "give the smaller end first",
  });
}
