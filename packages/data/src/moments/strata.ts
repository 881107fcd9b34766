import { AssumptionError } from "@onestep/core";
import type { CovariateLaw, CovariateStratum } from "../define/define-covariates.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";

/** What covariates a prompt can have, and how often. */
export interface PromptStratum {
  readonly probability: number;
  readonly context: CovariateLaw;
  /** The same object as `context` where the query is drawn like the rows. */
  readonly query: CovariateLaw;
}

/**
 * The laws of covariates that a prompt can have: one, unless each prompt draws its own.
 *
 * @throws AssumptionError for a continuum of laws
 */
export function strataOf({ covariates, queryCovariates }: PromptLaw): readonly PromptStratum[] {
  const contexts = lawsOf(covariates);
  if (queryCovariates === covariates) {
    return contexts.map((stratum) => ({ ...stratum, context: stratum.covariates, query: stratum.covariates }));
  }
  return contexts.flatMap((context) =>
    lawsOf(queryCovariates).map((query) => ({
      probability: context.probability * query.probability,
      context: context.covariates,
      query: query.covariates,
    })),
  );
}

function lawsOf(covariates: CovariateLaw): readonly CovariateStratum[] {
  if (covariates.perPrompt === undefined) return [{ probability: 1, covariates }];
  if (covariates.perPrompt.strata !== undefined) return covariates.perPrompt.strata;
  throw new AssumptionError({
    where: "promptMoments",
    expected: "finitely many laws of covariates that a prompt can have",
    arrived: `${covariates.name} covariates, a continuum of them`,
    hint: "the optimum is known for a linear target, homoscedastic noise, one context length and a query drawn like the rows (randomSpectrumStep); on other laws onestep check-law estimates the best step from draws",
    source: "moments of prompt laws",
    unmet: ["a prompt has one of finitely many covariances"],
  });
}
