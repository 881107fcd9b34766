import { NumericalError, type PromptBatch } from "@onestep/core";

/**
 * The largest size of a covariate or response with which moments of prompts are computed: their standard errors are sums
 * of products of eight of them.
 */
export const LARGEST_MEASURABLE = 1e30;

/** The least size that the largest number of a column may have. */
const LEAST_MEASURABLE = 1e-30;

/**
 * Lets prompts pass whose moments neither overflow nor underflow: no number is larger than 10³⁰, and every coordinate and
 * the responses have one of at least 10⁻³⁰, or are all zero.
 *
 * @throws NumericalError for other units: it names the prompt and the column, or the column alone
 */
export function requireMeasurable(where: string, prompts: PromptBatch): void {
  const { count, dimension: d } = prompts;
  const columns = [
    ...Array.from({ length: d }, (_, j) => ({
      name: `x${j + 1}`,
      arrays: [prompts.covariates, prompts.queryCovariates],
      first: j,
      step: d,
    })),
    { name: "y", arrays: [prompts.responses, prompts.queryResponses], first: 0, step: 1 },
  ];
  for (const { name, arrays, first, step } of columns) {
    let largest = 0;
    for (const values of arrays) {
      for (let at = first; at < values.length; at += step) {
        const size = Math.abs(values[at]);
        if (size > LARGEST_MEASURABLE) {
          const prompt = Math.floor((at * count) / values.length);
          throw refusal(`${where}, ${name} of prompt ${prompt}`, `at most ${LARGEST_MEASURABLE} in size`, values[at]);
        }
        if (size > largest) largest = size;
      }
    }
    if (largest > 0 && largest < LEAST_MEASURABLE) {
      throw refusal(`${where}, ${name}`, `some of at least ${LEAST_MEASURABLE} in size`, largest);
    }
  }
}

function refusal(where: string, expected: string, arrived: number): NumericalError {
  return new NumericalError({
    where,
    expected: `numbers whose moments can be computed, ${expected}`,
    arrived: String(arrived),
    hint: "choose units in which covariates and responses are of moderate size",
  });
}
