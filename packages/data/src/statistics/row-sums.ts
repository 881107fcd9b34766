import type { RowArrays } from "../prompt/open-prompt.ts";
import type { ContextSums } from "./context-factor.ts";

/** Adds up S, b and c of drawn rows into place i. */
export function sumRows(
  { covariates, responses }: RowArrays,
  length: number,
  dimension: number,
  into: ContextSums,
  i: number,
): void {
  const { covariateGram, crossProduct, responseEnergy } = into;
  const gramAt = (i * dimension * (dimension + 1)) / 2;
  for (let row = 0; row < length; row++) {
    const [at, response] = [row * dimension, responses[row]];
    responseEnergy[i] += response * response;
    for (let j = 0; j < dimension; j++) crossProduct[i * dimension + j] += response * covariates[at + j];
    if (covariateGram.length === 0) continue;
    let entry = gramAt;
    for (let j = 0; j < dimension; j++) {
      for (let k = 0; k <= j; k++) covariateGram[entry++] += covariates[at + j] * covariates[at + k];
    }
  }
}
