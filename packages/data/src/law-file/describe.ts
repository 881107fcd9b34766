import { describeLaw } from "../define/definition.ts";
import type { JsonObject } from "../define/json.ts";
import { describeContextLength, lengthsOf } from "../prompt/context-lengths.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";

/**
 * The law file of a prompt law, with every default written out: what a report records. `parsePromptLaw` reads it back
 * to the same law.
 */
export function describePromptLaw(law: PromptLaw): JsonObject {
  const { queries, dimension, covariates, target, noise, queryCovariates } = law;
  return {
    contextLength: describeContextLength(lengthsOf(law)),
    dimension,
    covariates: describeLaw(covariates),
    target: describeLaw(target),
    noise: describeLaw(noise),
    ...(queryCovariates === covariates ? {} : { query: { covariates: describeLaw(queryCovariates) } }),
    ...(queries === 1 ? {} : { queries }),
  };
}
