import type { KernelModel } from "./kernel-models.ts";
import type { BenchSize } from "./size.ts";
import type { ProbeAnswer, ProbePoint } from "./variant.ts";

/** Losses and slopes of a model of ours. */
export function probeOf(
  { size, lossAndGradient, fitted }: KernelModel,
  { batch }: BenchSize,
  { point, direction, steps }: ProbePoint,
): ProbeAnswer {
  const [position, along, gradient] = [fitted(point), fitted(direction), new Float64Array(size)];
  const answers = Array.from({ length: steps }, (_, step) => {
    const loss = lossAndGradient(position, gradient, step * batch);
    return { loss, slope: gradient.reduce((sum, value, at) => sum + value * along[at], 0) };
  });
  return { losses: answers.map(({ loss }) => loss), slopes: answers.map(({ slope }) => slope) };
}
