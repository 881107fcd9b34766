import type { PromptLaw } from "../prompt/prompt-law.ts";

/**
 * Whether the even part of attention provably cannot help: the joint law of a prompt is unchanged when all responses
 * change sign, or when all covariates do and the responses stay.
 */
export function evenPartDecouples({ covariates, queryCovariates, target, noise }: PromptLaw): "proved" | "not known" {
  const responseSigns = target.declares.signSymmetric && noise.declares.signSymmetric;
  const covariateSigns = [covariates, queryCovariates, target, noise].every(
    (law) => law.declares.invariance !== "none",
  );
  return responseSigns || covariateSigns ? "proved" : "not known";
}
