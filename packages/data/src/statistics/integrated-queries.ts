import { AssumptionError, childKey, dot, multiplyVector, type Matrix } from "@onestep/core";
import { openPrompt } from "../prompt/open-prompt.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { readRequest, type SampleRequest } from "../prompt/sample-request.ts";

/** What a query contributes to the squared error of any prediction ⟨θ, x_q⟩, with the query itself integrated out. */
export interface IntegratedQueries {
  readonly count: number;
  /** E[x_q x_qᵀ], `[d, d]` */
  readonly secondMoment: Matrix;
  /** E[y_q x_q | prompt], `[count, d]` */
  readonly cross: Float64Array;
  /** E[y_q² | prompt], noise included, `[count]` */
  readonly energy: Float64Array;
}

/**
 * The queries of prompts `from`, `from` + 1, … of a key, integrated out in closed form: no query is drawn, only the
 * targets that `samplePrompts` and `sampleContextStatistics` draw at the same key. What is averaged over contexts with
 * these has a smaller variance and the same mean (Rao and Blackwell).
 *
 * @throws AssumptionError where targets have no closed form over the query's covariates, or where each prompt has a law
 *   of covariates of its own
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 20, dimension: 5,
 *   covariates: { law: "gaussian", covariance: 2 },
 *   target: { law: "linear", tasks: { law: "rademacher" } },
 *   noise: { law: "gaussian", variance: 0.25 },
 * });
 * [...integrateQueries(law, { key: randomKey(0), count: 2 }).energy]; // => [10.25, 10.25]
 */
export function integrateQueries(law: PromptLaw, request: SampleRequest): IntegratedQueries {
  const { key, count, from } = readRequest("integrateQueries", request);
  const { dimension, queryCovariates, noise } = law;
  const queries = {
    count,
    secondMoment: queryCovariates.covariance.matrix,
    cross: new Float64Array(count * dimension),
    energy: new Float64Array(count),
  };
  const noiseEnergy = noise.moments(queryCovariates).variance;
  for (let i = 0; i < count; i++) {
    const { target } = openPrompt(law, childKey(key, "prompt", from + i));
    const moments = queryCovariates.perPrompt === undefined ? target.queryMoments?.(queryCovariates) : undefined;
    if (moments === undefined) throw noClosedForm(law);
    queries.cross.set(moments.cross, i * dimension);
    queries.energy[i] = moments.energy + noiseEnergy;
  }
  return queries;
}

/**
 * The expected squared error of ŷ = ⟨θ, x_q⟩ on prompt i, over its query alone,
 *
 * $$ \mathbb{E}[(y_q - \langle\theta, x_q\rangle)^2] = \mathbb{E} y_q^2 - 2\,\theta^\top \mathbb{E}[y_q x_q]
 *    + \theta^\top \Sigma_q \theta $$
 *
 * @param step θ, `[d]`: for a layer with preconditioner Γ it is ΓXᵀy
 *
 * @example
 * const queries = {
 *   count: 1, secondMoment: identity(2), cross: Float64Array.of(1, 0), energy: Float64Array.of(1),
 * };
 * expectedSquaredError(queries, 0, Float64Array.of(0.5, 0)); // => 0.25
 */
export function expectedSquaredError(queries: IntegratedQueries, i: number, step: Float64Array): number {
  const { secondMoment, cross, energy } = queries;
  const d = secondMoment.rows;
  return energy[i] - 2 * dot(step, cross.subarray(i * d, (i + 1) * d)) + dot(step, multiplyVector(secondMoment, step));
}

function noClosedForm({ target, queryCovariates }: PromptLaw): AssumptionError {
  return new AssumptionError({
    where: "integrateQueries",
    expected: "targets with a closed form of E[f(x_q) x_q | f] over the query's covariates, one law for all prompts",
    arrived: `${target.name} targets over ${queryCovariates.name} covariates`,
    hint: "average over drawn queries instead: samplePrompts or sampleContextStatistics",
    source: "integrated queries",
    unmet: ["E[f(x_q) x_q | f] is known"],
  });
}
