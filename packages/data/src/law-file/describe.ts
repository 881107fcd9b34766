import { describeLaw } from "../define/definition.ts";
import type { JsonObject } from "../define/json.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";

/**
 * The law file of a prompt law, with every default written out: what a report records. `parsePromptLaw` reads it back
 * to the same law.
 */
export function describePromptLaw(law: PromptLaw): JsonObject {
  const { contextLength, dimension, covariates, target, noise, queryCovariates } = law;
  return {
    contextLength,
    dimension,
    covariates: describeLaw(covariates),
    target: describeLaw(target),
    noise: describeLaw(noise),
    ...(queryCovariates === covariates ? {} : { query: { covariates: describeLaw(queryCovariates) } }),
  };
}
