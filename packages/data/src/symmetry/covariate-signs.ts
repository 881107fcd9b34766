import type { OrbitStatistics } from "./orbit-test.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { signedSums } from "./signed-sums.ts";

/**
 * Statistics that notice where a law changes under (X, x_q) → (−X, −x_q) with the responses kept: sums odd in the
 * covariates,
 *
 * $$ \sum x, \qquad b = \sum y\,x, \qquad c\,b, \quad c = \sum y^2 $$
 *
 * over all labelled pairs of a prompt. This symmetry alone is enough for the even part of attention to be useless.
 */
export function covariateSigns({ count, dimension: d, rows, covariates, responses }: PromptRows): OrbitStatistics {
  const width = 3 * d;
  const values = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const at = i * width;
    let energy = 0;
    for (let row = i * rows; row < (i + 1) * rows; row++) {
      const y = responses[row];
      for (let j = 0; j < d; j++) {
        values[at + j] += covariates[row * d + j];
        values[at + d + j] += y * covariates[row * d + j];
      }
      energy += y * y;
    }
    for (let j = 0; j < d; j++) values[at + 2 * d + j] = energy * values[at + d + j];
  }
  return signedSums({ count, width, values });
}
