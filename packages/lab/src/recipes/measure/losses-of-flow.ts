import { gradientFlow, type Objective } from "@onestep/model";

/** The losses of gradient flow at given times; `tick` is called at each, so that a recipe can be ended. */
export async function lossesOfFlow(
  objective: Objective,
  plan: { readonly from: Float64Array; readonly times: readonly number[]; readonly tolerance: number },
  tick: (part: number) => void,
): Promise<number[]> {
  const losses: number[] = [];
  for await (const { loss } of gradientFlow(objective, plan)) {
    losses.push(loss);
    tick(losses.length / plan.times.length);
  }
  return losses;
}
