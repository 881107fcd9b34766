import { DomainError, ShapeError, type PromptBatch } from "@onestep/core";

/**
 * The gate for prompts of unknown law: sizes agree and all numbers are finite.
 *
 * @throws ShapeError if an array has not the size that the batch states
 * @throws DomainError for a size that is not a whole number ≥ 1, or a number that is not finite
 */
export function requirePrompts(prompts: PromptBatch): void {
  const { count, contextLength: n, dimension: d, queries = 1, lengths } = prompts;
  for (const [name, size] of Object.entries({ count, contextLength: n, dimension: d, queries })) {
    if (Number.isSafeInteger(size) && size >= 1) continue;
    throw new DomainError({
      where: `prompts.${name}`,
      expected: "a whole number, at least 1",
      arrived: String(size),
      hint: "see PromptBatch",
    });
  }
  requireArray("covariates", prompts.covariates, count * n * d);
  requireArray("responses", prompts.responses, count * n);
  requireArray("queryCovariates", prompts.queryCovariates, count * queries * d);
  requireArray("queryResponses", prompts.queryResponses, count * queries);
  if (lengths !== undefined) requireArray("lengths", lengths, count);
}

function requireArray(name: string, values: Float64Array | Int32Array, size: number): void {
  if (values.length !== size) {
    throw new ShapeError({
      where: `prompts.${name}`,
      expected: `${size} numbers`,
      arrived: String(values.length),
      hint: "the first axis is the prompt; PromptBatch describes the others",
    });
  }
  const at = values.findIndex((value: number) => !Number.isFinite(value));
  if (at < 0) return;
  throw new DomainError({
    where: `prompts.${name}`,
    expected: "finite numbers",
    arrived: `${values[at]} at position ${at}`,
    hint: "leave out prompts with missing values",
  });
}
