import { add, maxAbs, scale, type PromptMoments } from "@onestep/core";
import type { TargetMoments } from "../define/define-target.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { evenPartDecouples } from "./even-part.ts";
import { requireFiniteMoments } from "./require-finite.ts";

/**
 * The exact moments through which a law enters the loss of a step. For independent rows, with β = E[y x | task] and
 * E₂ = E[f² x xᵀ] + σ²Σ,
 *
 * $$ A = n\,\mathbb{E}\beta\beta_q^\top, \qquad B = n\,E_2 + n(n-1)\,\mathbb{E}\beta\beta^\top $$
 *
 * @throws AssumptionError where the law declares too little: its `unmet` names what is missing
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 20, dimension: 5,
 *   covariates: { law: "gaussian" },
 *   target: { law: "linear", tasks: { law: "gaussian" } },
 *   noise: { law: "gaussian", variance: 0.25 },
 * });
 * promptMoments(law).responseSecondMoment; // => 5.25
 */
export function promptMoments(law: PromptLaw): PromptMoments {
  const { contextLength: n, dimension, covariates, queryCovariates, noise } = law;
  const { crossMoment, contextMoment, energy, secondMoment } = targetMoments(law);
  const responseEnergy = add(energy, scale(covariates.covariance.matrix, noise.variance));
  return {
    contextLength: n,
    dimension,
    crossMoment: scale(crossMoment, n),
    strata: [
      {
        probability: 1,
        querySecondMoment: queryCovariates.covariance.matrix,
        stepMoment: add(scale(responseEnergy, n), scale(contextMoment, n * (n - 1))),
      },
    ],
    responseSecondMoment: secondMoment + noise.variance,
    evenPartDecouples: evenPartDecouples(law),
  };
}

/**
 * The moments of the law's target alone: no noise, no context length.
 *
 * @throws AssumptionError where the law declares too little
 * @throws NumericalError where a moment overflows
 */
export function targetMoments(law: PromptLaw): TargetMoments {
  const moments = law.targetOnCovariates.moments(law.queryCovariates);
  const { crossMoment, contextMoment, energy, secondMoment } = moments;
  requireFiniteMoments([maxAbs(crossMoment), maxAbs(contextMoment), maxAbs(energy), secondMoment]);
  return moments;
}
