import { drawSignedPermutation } from "@onestep/core";
import type { OrbitStatistics } from "./orbit-test.ts";
import { orthogonalMaps } from "./orthogonal-maps.ts";
import type { PromptRows } from "./prompt-rows.ts";

/**
 * Statistics for permutations of the coordinates with flips of their signs: the smaller group that already makes one
 * step ŷ = η x_qᵀXᵀy optimal among all linear attention layers, with any number of heads and any convex loss.
 */
export function signedPermutations(prompts: PromptRows): OrbitStatistics {
  return orthogonalMaps(prompts, drawSignedPermutation);
}
