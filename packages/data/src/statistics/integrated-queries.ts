import { AssumptionError, childKey, dot, multiplyVector, type Matrix } from "@onestep/core";
import { requireFiniteNumbers } from "../define/require-finite-numbers.ts";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { ordersOfQuery, requireStepMoments } from "../moments/needed-moments.ts";
import { openPrompt } from "../prompt/open-prompt.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { readRequest, type SampleRequest } from "../prompt/sample-request.ts";

/** What a query contributes to the squared error of any prediction ⟨θ, x_q⟩, with the query itself integrated out. */
export interface IntegratedQueries {
  readonly count: number;
  /** E[x_q x_qᵀ], `[d, d]`; over all prompts, where each has a law of its own */
  readonly secondMoment: Matrix;
  /** E[x_q x_qᵀ | prompt], one for each prompt, where each has a law of its own */
  readonly secondMoments?: readonly Matrix[] | undefined;
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
 * Targets without such a closed form are nonlinear ones over covariates that are not Gaussian, of which only the
 * coordinate and the quadratic are known; two-layer networks, whose units meet in E f²; and paths of a Gaussian process,
 * which are known at the points where they were asked for alone.
 *
 * @throws AssumptionError for these, and where a moment is infinite
 * @throws NumericalError where a moment overflows
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
  requireStepMoments("integrateQueries", law, ordersOfQuery(law));
  const { dimension, queryCovariates, noise } = law;
  const secondMoments: Matrix[] | undefined = queryCovariates.perPrompt && [];
  const queries = {
    count,
    secondMoment: queryCovariates.covariance.matrix,
    ...(secondMoments === undefined ? {} : { secondMoments }),
    cross: new Float64Array(count * dimension),
    energy: new Float64Array(count),
  };
  const ofNoise = secondMoments === undefined ? noise.moments(queryCovariates).variance : undefined;
  for (let i = 0; i < count; i++) {
    const prompt = openPrompt(law, childKey(key, "prompt", from + i));
    const covariates = lawOfOneRow(prompt.queries);
    const moments = prompt.target.queryMoments?.(covariates);
    if (moments === undefined) throw noClosedForm(law);
    queries.cross.set(moments.cross, i * dimension);
    queries.energy[i] = moments.energy + (ofNoise ?? noise.moments(covariates).variance);
    secondMoments?.push(covariates.covariance.matrix);
  }
  requireFiniteNumbers("integrateQueries", { "E[y x]": queries.cross, "E y²": queries.energy });
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
  const { cross, energy } = queries;
  const secondMoment = queries.secondMoments?.[i] ?? queries.secondMoment;
  const d = secondMoment.rows;
  return energy[i] - 2 * dot(step, cross.subarray(i * d, (i + 1) * d)) + dot(step, multiplyVector(secondMoment, step));
}

/** Rows that depend on one another are Gaussian one by one. */
function lawOfOneRow(covariates: CovariateLaw): CovariateLaw {
  return covariates.rowCorrelation === undefined ? covariates : { ...covariates, gaussian: true };
}

function noClosedForm({ target, queryCovariates }: PromptLaw): AssumptionError {
  return new AssumptionError({
    where: "integrateQueries",
    expected: "targets with a closed form of E[f(x_q) x_q | f] and E[f(x_q)² | f] over the query's covariates",
    arrived: `${target.name} targets over ${queryCovariates.name} covariates`,
    hint: "average over drawn queries instead: samplePrompts or sampleContextStatistics",
    source: "integrated queries",
    unmet: ["E[f(x_q) x_q | f] and E[f(x_q)² | f] are known"],
  });
}
