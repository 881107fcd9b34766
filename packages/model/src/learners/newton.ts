import { requireName } from "@onestep/core";
import { byWeights } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireCount, requirePositive } from "./settings.ts";
import { keptWeights, singularDirections } from "./shrinkage.ts";

/** Settings of `newton`. */
export interface NewtonSettings {
  /** k ≥ 0 */
  readonly iterations: number;
  /** Where the inverse starts: at a·I (the default), or at a·S/n, which starts slower where S is ill-conditioned. */
  readonly start?: "identity" | "gram";
  /** a > 0, in units of S/n. Omitted, each prompt takes 1/λ for its largest eigenvalue λ of S/n, or 1/λ² for `gram`. */
  readonly initialScale?: number;
}

/**
 * k iterations of Newton's method for the inverse of S/n, applied to Xᵀy/n.
 *
 * $$ N_{j+1} = 2 N_j - N_j \tfrac{S}{n} N_j, \qquad \hat w = \tfrac1n N_k X^\top y $$
 *
 * The residual is squared at every iteration: (I − aS/n)^(2^k) from a·I, and (I − a(S/n)²)^(2^k) from a·S/n. It converges
 * to least squares, of minimum norm where that is not unique, for a below 2/λ, or 2/λ².
 *
 * @throws DomainError unless k is a whole number and a > 0; NumericalError where the iteration overflows
 *
 * Source: Schulz, ZAMM 13, 1933; arXiv 2310.17086, Section 3, which starts at a·S.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(4), queryResponses: Float64Array.of(7),
 * };
 * // residual (1 − 0.125·4)² = ¼ after one iteration: ŵ = ¾·1.5
 * Array.from(await learners.newton({ iterations: 1, initialScale: 0.125 }).predict(prompts)); // => [4.5]
 */
export const newton: LearnerFactory<NewtonSettings> = defineLearner({
  name: "newton",
  summary: "k iterations of Newton's method for the inverse of the context's Gram matrix.",
  knows: ["initial scale a, if given"],
  fit: ({ start = "identity", ...settings }: NewtonSettings) => {
    const iterations = requireCount("newton: iterations", settings.iterations);
    requireName("learners newton: start", start, ["identity", "gram"]);
    const given = settings.initialScale;
    if (given !== undefined) requirePositive("newton: initialScale", given);
    return byWeights((context) => {
      const directions = singularDirections(context);
      const n = context.responses.length;
      const seedOf = (value: number): number => (start === "gram" ? (value * value) / n : 1);
      const largest = directions.values[0];
      const scale = given ?? n / (largest * largest * seedOf(largest));
      // The iteration acts on each singular direction by itself. As matrices, it would also double, every time, what
      // rounding puts into the directions that X does not have.
      return keptWeights(directions, (value) => {
        let residual = 1 - (scale * seedOf(value) * value * value) / n;
        for (let j = 0; j < iterations; j++) residual *= residual;
        return 1 - residual;
      });
    });
  },
});
