import {
  matrix,
  meanAccumulator,
  multiply,
  symmetricEigen,
  transpose,
  type Estimate,
  type RandomKey,
} from "@onestep/core";
import { samplePrompts, type PromptLaw } from "@onestep/data";

/** Estimates E λ_max(XᵀX) of a law's contexts: gradient descent on a context is stable for steps below 2/λ_max. */
export function estimateLargestEigenvalue(
  law: PromptLaw,
  { key, count }: { readonly key: RandomKey; readonly count: number },
): Estimate {
  const { contextLength: n, dimension: d, covariates } = samplePrompts(law, { key, count });
  const mean = meanAccumulator();
  for (let prompt = 0; prompt < count; prompt++) {
    const context = matrix(n, d, covariates.slice(prompt * n * d, (prompt + 1) * n * d));
    mean.push(symmetricEigen(multiply(transpose(context), context)).values[d - 1]);
  }
  return mean.estimate();
}
