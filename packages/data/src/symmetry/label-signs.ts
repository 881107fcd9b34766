import type { OrbitStatistics } from "./orbit-test.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { signedSums } from "./signed-sums.ts";

/**
 * Statistics that notice where a law changes under (y, y_q) → (−y, −y_q): sums odd in the responses,
 *
 * $$ \sum y, \qquad \sum y^3, \qquad b = \sum y\,x, \qquad c\,b, \quad c = \sum y^2 $$
 *
 * over all labelled pairs of a prompt. Under this symmetry attention gains nothing from terms that are even in the
 * responses.
 */
export function labelSigns({ count, dimension: d, rows, covariates, responses }: PromptRows): OrbitStatistics {
  const width = 2 + 2 * d;
  const values = new Float64Array(count * width);
  for (let i = 0; i < count; i++) {
    const at = i * width;
    let energy = 0;
    for (let row = i * rows; row < (i + 1) * rows; row++) {
      const y = responses[row];
      values[at] += y;
      values[at + 1] += y * y * y;
      for (let j = 0; j < d; j++) values[at + 2 + j] += y * covariates[row * d + j];
      energy += y * y;
    }
    for (let j = 0; j < d; j++) values[at + 2 + d + j] = energy * values[at + 2 + j];
  }
  return signedSums({ count, width, values });
}
