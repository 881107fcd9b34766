import { requirePositive } from "./settings.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/**
 * Plain gradient descent, θ ← θ − learningRate·g.
 *
 * @throws DomainError unless the learning rate is positive
 */
export function gradientDescent(settings: { readonly learningRate: number }): Optimizer {
  const learningRate = requirePositive("gradientDescent", "learningRate", settings.learningRate);
  return {
    name: "gradient-descent",
    settings: { learningRate },
    start: (): OptimizerState => ({ step: 0, memory: [] }),
    move: (position, gradient, state, rate) => ({
      position: position.map((value, i) => value - rate * learningRate * gradient[i]),
      state: { step: state.step + 1, memory: [] },
    }),
  };
}
