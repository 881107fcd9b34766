import { drawOrthogonal } from "@onestep/core";
import type { OrbitStatistics } from "./orbit-test.ts";
import { orthogonalMaps } from "./orthogonal-maps.ts";
import type { PromptRows } from "./prompt-rows.ts";

/** Statistics for the group O(d), the hypothesis of Theorem 3. It is more than one step needs: see signed permutations. */
export function rotations(prompts: PromptRows): OrbitStatistics {
  return orthogonalMaps(prompts, drawOrthogonal);
}
