import { childKey, drawOrthogonal, identity, openStream } from "@onestep/core";
import type { OrbitStatistics } from "./orbit-test.ts";
import { orthogonalStatistics, orthogonalWeights } from "./orthogonal-statistics.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { addMoved, emptySums } from "./prompt-sums.ts";
import { promptsToMove } from "./prompts-to-move.ts";

/** Multiplications by entries of the maps that moving all prompts once may take. */
const MOST_WORK = 1e6;

/**
 * Statistics for the group O(d), the hypothesis of Theorem 3. It is more than one step needs: see signed permutations.
 */
export function rotations(prompts: PromptRows): OrbitStatistics {
  const { dimension: d, rows } = prompts;
  const count = promptsToMove(prompts.count, rows * d * d, MOST_WORK);
  const unmoved = identity(d);
  return {
    weights: orthogonalWeights,
    evaluate(orbit) {
      const sums = emptySums(d);
      for (let i = 0; i < count; i++) {
        const map = orbit === undefined ? unmoved : drawOrthogonal(openStream(childKey(orbit, "prompt", i)), d);
        addMoved(prompts, i, map, sums);
      }
      return orthogonalStatistics(sums);
    },
  };
}
