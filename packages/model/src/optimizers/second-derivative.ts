import { euclideanNorm } from "./euclidean-norm.ts";
import type { Objective } from "./objective.ts";

/** ∇²L·p along a direction of unit length, by the central difference of two gradients. */
export async function secondDerivative(
  objective: Objective,
  position: Float64Array,
  direction: Float64Array,
): Promise<Float64Array> {
  const step = 2 ** -17 * (euclideanNorm(position) || 1);
  const [up, down] = [step, -step].map((by) => position.map((value, i) => value + by * direction[i]));
  const [above, below] = [await objective(up), await objective(down)];
  return above.gradient.map((slope, i) => (slope - below.gradient[i]) / (2 * step));
}
