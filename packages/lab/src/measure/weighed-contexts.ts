import {
  childKey,
  exp,
  inverse,
  log,
  matrix,
  multiply,
  symmetricEigen,
  toRows,
  transpose,
  type GaussianLinearSetting,
  type RandomKey,
} from "@onestep/core";
import {
  expectedSquaredError,
  gaussianCovariates,
  gaussianNoise,
  gaussianTasks,
  integrateQueries,
  linearTarget,
  promptLaw,
  sampleContextStatistics,
  type PromptLaw,
} from "@onestep/data";
import { inducedWeights, type LinearTransformer } from "@onestep/model";

/** Contexts of a law with weights: the mean of weight · value estimates the expectation of the value over the law. */
export interface WeighedContexts {
  readonly weights: Float64Array;
  /** λ_max(Σ⁻¹XᵀX) of each. */
  readonly largestEigenvalues: Float64Array;
  /** E[(ŷ − y_q)² | context] of each, the query integrated out. */
  readonly errorsOf: (transformer: LinearTransformer) => Float64Array;
}

/** How much wider the covariates of the second half are. */
const WIDENING = 1.4;

/**
 * Draws contexts, half of them with covariates of covariance 1.4·Σ, so that wide ones are among them. The error of a deep
 * transformer is a polynomial of high degree in XᵀX: contexts of which plain sampling meets one in a hundred thousand can
 * make most of its mean. The weights undo the widening, and are at most 2:
 *
 * $$ w = \Big(\tfrac12 + \tfrac12\, c^{-nd/2}\, e^{(1 - 1/c)\,\mathrm{tr}(\Sigma^{-1}X^\top X)/2}\Big)^{-1},\qquad c = 1.4. $$
 *
 * Source: Hesterberg, "Weighted average importance sampling and defensive mixture distributions", Technometrics 37, 1995.
 */
export function weighedContexts(
  setting: GaussianLinearSetting,
  { key, count }: { readonly key: RandomKey; readonly count: number },
): WeighedContexts {
  const { contextLength: n, covariates } = setting;
  const d = covariates.dimension;
  const half = Math.ceil(count / 2);
  const halves = [1, WIDENING].map((widening, at) => {
    const law = lawOf(setting, widening);
    const request = { key: childKey(key, "half", at), count: half };
    return { statistics: sampleContextStatistics(law, request), queries: integrateQueries(law, request) };
  });
  const whitening = inverse(covariates.factor);
  const weights = new Float64Array(2 * half);
  const largestEigenvalues = new Float64Array(2 * half);
  halves.forEach(({ statistics }, at) => {
    for (let context = 0; context < half; context++) {
      const gram = multiply(whitening, unpacked(statistics.covariateGram, context, d), transpose(whitening));
      const eigenvalues = symmetricEigen(gram).values;
      const trace = eigenvalues.reduce((sum, value) => sum + value, 0);
      const ratio = exp((-n * d * log(WIDENING) + (1 - 1 / WIDENING) * trace) / 2);
      weights[at * half + context] = 2 / (1 + ratio);
      largestEigenvalues[at * half + context] = eigenvalues[d - 1];
    }
  });
  const errorsOf = (transformer: LinearTransformer): Float64Array => {
    const errors = halves.flatMap(({ statistics, queries }) => {
      const { weights: steps } = inducedWeights(transformer, statistics);
      return Array.from({ length: half }, (_, i) =>
        expectedSquaredError(queries, i, steps.subarray(i * d, (i + 1) * d)),
      );
    });
    return Float64Array.from(errors);
  };
  return { weights, largestEigenvalues, errorsOf };
}

function lawOf(
  { contextLength, covariates, tasks, noiseVariance }: GaussianLinearSetting,
  widening: number,
): PromptLaw {
  const rows = toRows(covariates.matrix);
  return promptLaw({
    contextLength,
    covariates: gaussianCovariates({ covariance: rows.map((row) => row.map((entry) => widening * entry)) }),
    queryCovariates: gaussianCovariates({ covariance: rows }),
    target: linearTarget({ tasks: gaussianTasks({ covariance: toRows(tasks.matrix) }) }),
    noise: gaussianNoise({ variance: noiseVariance }),
  });
}

/** XᵀX of one context, `[d, d]`, out of the lower triangles of all. */
export function unpacked(grams: Float64Array, context: number, d: number): ReturnType<typeof matrix> {
  const start = (context * d * (d + 1)) / 2;
  const entry = (i: number, j: number): number => grams[start + (i * (i + 1)) / 2 + j];
  const full = new Float64Array(d * d);
  for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) full[i * d + j] = i < j ? entry(j, i) : entry(i, j);
  return matrix(d, d, full);
}
