import { childKey, drawSignedPlaces, identity, openStream } from "@onestep/core";
import type { OrbitStatistics } from "./orbit-test.ts";
import { orthogonalStatistics, orthogonalWeights } from "./orthogonal-statistics.ts";
import type { PromptRows } from "./prompt-rows.ts";
import { addMoved, addPermuted, emptySums } from "./prompt-sums.ts";
import { promptsToMove } from "./prompts-to-move.ts";

/** Entries of the matrices of all prompts that moving them once may touch. */
const MOST_WORK = 2e5;

/**
 * Statistics for permutations of the coordinates with flips of their signs: the smaller group that already makes one
 * step ŷ = η x_qᵀXᵀy optimal among all linear attention layers, with any number of heads and any convex loss.
 *
 * Their rows are read once: a permutation only moves the entries of what each prompt adds.
 */
export function signedPermutations(prompts: PromptRows): OrbitStatistics {
  const { dimension: d } = prompts;
  const count = promptsToMove(prompts.count, 1.5 * d * d, MOST_WORK); // three lower triangles
  const unmoved = identity(d);
  const sumsOf = Array.from({ length: count }, (_, i) => addMoved(prompts, i, unmoved, emptySums(d)));
  const asTheyAre = { places: Array.from({ length: d }, (_, j) => j), signs: new Float64Array(d).fill(1) };
  return {
    weights: orthogonalWeights,
    evaluate(orbit) {
      const sums = emptySums(d);
      for (let i = 0; i < count; i++) {
        const move = orbit === undefined ? asTheyAre : drawSignedPlaces(openStream(childKey(orbit, "prompt", i)), d);
        addPermuted(sumsOf[i], move, sums);
      }
      return orthogonalStatistics(sums);
    },
  };
}
