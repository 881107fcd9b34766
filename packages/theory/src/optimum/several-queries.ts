import type { PromptMoments } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { requireCount } from "../require.ts";
import { cite } from "../sources.ts";
import { optimalStep, type OptimalStep } from "./step.ts";

/**
 * The best step for prompts with several queries that share one context: that for a single query.
 *
 * $$ \frac1Q\sum_{q\le Q}\mathbb{E}\,(y_q - x_q^\top\Gamma X^\top y)^2 = R(\Gamma), \qquad \Gamma^*_Q = \Gamma^*, \quad L^*_Q = L^* $$
 *
 * Each term is the loss of one query; that they share b = Xᵀy correlates their errors, which a mean does not see. Queries
 * may even attend to each other: a query token (x, 0) adds x xᵀ to S, the covariates' block of the context Gram matrix,
 * and nothing to b. The step does not read S, so with Γ = Γ* and no even part every prediction is what it was.
 *
 * @param moments of the prompts, those of one query; matrices `[d, d]`
 * @param queries Q ≥ 1
 * @returns Γ*, `[d, d]`, and the mean loss of the Q predictions
 * @throws DomainError for Q < 1
 * @throws ShapeError, DomainError, NumericalError for moments that are not those of a law, as `optimalStep`
 *
 * Source: own derivation, linearity of the mean over queries.
 *
 * @example
 * const setting = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0 };
 * severalQueriesStep(gaussianLinearMoments(setting), 8).value.loss; // ≈ 1.15384615385
 */
export function severalQueriesStep(moments: PromptMoments, queries: number): ClosedForm<OptimalStep> {
  requireCount("severalQueriesStep", "number of queries", queries, 1, "a prompt asks at least one question");
  const one = optimalStep(moments);
  return {
    value: one.value,
    formula: String.raw`\arg\min_\Gamma \tfrac1Q\sum_q R_q(\Gamma) = \Gamma^*,\quad L^*_Q = L^*`,
    hypotheses: [
      ...one.hypotheses,
      "given the prompt's latent, the queries have one law; they may attend to each other",
    ],
    source: cite("onestep", "severalQueriesStep"),
  };
}
