import type { PretrainingPlan } from "./plan.ts";
import { pretrain } from "./pretrain.ts";
import type { PretrainingState } from "./state.ts";

/**
 * The last states of the same training from several seeds, in their order.
 *
 * @param planOf the plan of a seed: its key and its prompts should both be addressed by it
 * @throws as `pretrain`
 */
export async function pretrainSeeds<P, B>(
  seeds: readonly number[],
  planOf: (seed: number) => PretrainingPlan<P, B>,
): Promise<PretrainingState<P>[]> {
  const last: PretrainingState<P>[] = [];
  for (const [at, seed] of seeds.entries()) {
    for await (const state of pretrain(planOf(seed))) last[at] = state;
  }
  return last;
}
