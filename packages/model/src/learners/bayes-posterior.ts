import { multiply, multiplyVector, ShapeError, type Covariance } from "@onestep/core";
import { byWeights } from "./context.ts";
import { defineLearner, type LearnerFactory } from "./learner.ts";
import { requireFinite, requireNotNegative } from "./settings.ts";
import { ridgeWeights } from "./shrinkage.ts";

/** Settings of `bayesPosterior`. */
export interface BayesPosteriorSettings {
  /** Ω about μ, `[d, d]`; it may be singular */
  readonly tasks: Covariance;
  /** μ, `[d]`; default 0 */
  readonly taskMean?: ArrayLike<number>;
  /** σ² ≥ 0 */
  readonly noiseVariance: number;
}

/**
 * The posterior mean of Gaussian tasks w ~ N(μ, Ω) under Gaussian noise: no learner has a smaller risk on such a law.
 *
 * $$ \hat w = \mu + \Omega X^\top (X \Omega X^\top + \sigma^2 I)^{-1} (y - X\mu) $$
 *
 * With Ω = LLᵀ it is ridge regression with λ = σ² on the covariates Lᵀx, which asks no inverse of Ω. At σ² = 0 it is the
 * limit: of all tasks that fit, the likeliest.
 *
 * @throws ShapeError unless Ω and μ have the prompts' dimension; DomainError unless 0 ≤ σ² < ∞ and μ is finite
 *
 * Source: arXiv 2307.03576, Section 3, where Ω = I: ridge regression with λ = σ².
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(1), responses: Float64Array.of(5),
 *   queryCovariates: Float64Array.of(1), queryResponses: Float64Array.of(0),
 * };
 * // Between the mean 1 and the response 5, three quarters of the way: Ω/(Ω + σ²)
 * const learner = learners.bayesPosterior({ tasks: isotropic(1, 3), taskMean: [1], noiseVariance: 1 });
 * Array.from(await learner.predict(prompts))[0]; // ≈ 4
 */
export const bayesPosterior: LearnerFactory<BayesPosteriorSettings> = defineLearner({
  name: "bayes-posterior",
  summary: "The posterior mean for Gaussian tasks and noise.",
  knows: ["task covariance Ω", "task mean μ", "noise variance σ²"],
  fit: ({ tasks, ...settings }: BayesPosteriorSettings) => {
    const noiseVariance = requireNotNegative("bayes-posterior: noiseVariance", settings.noiseVariance);
    const mean = Float64Array.from(settings.taskMean ?? new Float64Array(tasks.dimension));
    mean.forEach((entry) => requireFinite("bayes-posterior: taskMean", entry));
    requireSize("taskMean", mean.length, tasks.dimension);
    return byWeights(({ covariates, responses }) => {
      requireSize("tasks", tasks.dimension, covariates.columns);
      const expected = multiplyVector(covariates, mean);
      const whitened = ridgeWeights(
        { covariates: multiply(covariates, tasks.factor), responses: responses.map((y, i) => y - expected[i]) },
        noiseVariance,
      );
      return multiplyVector(tasks.factor, whitened).map((entry, j) => mean[j] + entry);
    });
  },
});

function requireSize(what: string, size: number, dimension: number): void {
  if (size === dimension) return;
  throw new ShapeError({
    where: `learners bayes-posterior: ${what}`,
    expected: `dimension ${dimension}`,
    arrived: String(size),
    hint: "the tasks and the covariates have one dimension",
  });
}
