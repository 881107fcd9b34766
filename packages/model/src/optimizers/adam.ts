import { integerPower } from "@onestep/core";
import { requireDecay, requirePositive } from "./settings.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/** Settings of `adam`; each has the default that onestep's experiments use. */
export interface AdamSettings {
  /** Default 0.01. */
  readonly learningRate?: number;
  /** Decay of the mean gradient, default 0.9. */
  readonly meanDecay?: number;
  /** Decay of the mean squared gradient, default 0.99: the gradient's scale changes by orders of magnitude early on. */
  readonly squareDecay?: number;
  /** Added to the root mean square, default 1e-12: far below any gradient that training meets. */
  readonly stabilizer?: number;
}

/**
 * Adam with bias correction.
 *
 * $$ m \leftarrow \beta_1 m + (1-\beta_1) g,\quad s \leftarrow \beta_2 s + (1-\beta_2) g^2,\quad
 *    \theta \leftarrow \theta - \alpha\, \frac{m/(1-\beta_1^t)}{\sqrt{s/(1-\beta_2^t)} + \epsilon} $$
 *
 * @throws DomainError for a setting outside its range
 *
 * Source: Kingma & Ba, arXiv 1412.6980, Algorithm 1.
 *
 * @example
 * const optimizer = adam({ learningRate: 0.1 });
 * // The first step has the length of the learning rate, whatever the gradient.
 * optimizer.move(Float64Array.of(1), Float64Array.of(5), optimizer.start(1), 1).position[0]; // ≈ 0.9
 */
export function adam(settings: AdamSettings = {}): Optimizer {
  const learningRate = requirePositive("adam", "learningRate", settings.learningRate ?? 0.01);
  const meanDecay = requireDecay("adam", "meanDecay", settings.meanDecay ?? 0.9);
  const squareDecay = requireDecay("adam", "squareDecay", settings.squareDecay ?? 0.99);
  const stabilizer = requirePositive("adam", "stabilizer", settings.stabilizer ?? 1e-12);
  return {
    name: "adam",
    settings: { learningRate, meanDecay, squareDecay, stabilizer },
    start: (size): OptimizerState => ({ step: 0, memory: [new Float64Array(size), new Float64Array(size)] }),
    move: (position, gradient, state, rate) => {
      const step = state.step + 1;
      const mean = state.memory[0].map((value, i) => meanDecay * value + (1 - meanDecay) * gradient[i]);
      const square = state.memory[1].map(
        (value, i) => squareDecay * value + (1 - squareDecay) * gradient[i] * gradient[i],
      );
      const meanCorrection = 1 - integerPower(meanDecay, step);
      const squareCorrection = 1 - integerPower(squareDecay, step);
      return {
        position: position.map(
          (value, i) =>
            value -
            (rate * learningRate * (mean[i] / meanCorrection)) / (Math.sqrt(square[i] / squareCorrection) + stabilizer),
        ),
        state: { step, memory: [mean, square] },
      };
    },
  };
}
