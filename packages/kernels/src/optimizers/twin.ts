import type { AdamStep, DescentStep, OptimizerArrays } from "./fused-optimizer.ts";

/** One step of Adam, in place: the twin of `adam` in `kernel.as.ts`, to the last bit. */
export function adamTwin({ position, gradient, memory: [mean, square] }: OptimizerArrays, step: AdamStep): void {
  const { rate, meanDecay, squareDecay, meanCorrection, squareCorrection, stabilizer } = step;
  for (let i = 0; i < position.length; i++) {
    const slope = gradient[i];
    mean[i] = meanDecay * mean[i] + (1 - meanDecay) * slope;
    square[i] = squareDecay * square[i] + (1 - squareDecay) * slope * slope;
    position[i] -= (rate * (mean[i] / meanCorrection)) / (Math.sqrt(square[i] / squareCorrection) + stabilizer);
  }
}

/** One step of gradient descent, in place: the twin of `descend`. */
export function descentTwin(
  { position, gradient, memory: [velocity] }: OptimizerArrays,
  { rate, momentum }: DescentStep,
): void {
  for (let i = 0; i < position.length; i++) {
    velocity[i] = momentum * velocity[i] + gradient[i];
    position[i] -= rate * velocity[i];
  }
}
