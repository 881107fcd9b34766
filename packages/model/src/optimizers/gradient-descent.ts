import { requirePositive } from "./settings.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/**
 * Plain gradient descent, θ ← θ − learningRate·g.
 *
 * @throws DomainError unless the learning rate is positive
 *
 * @example
 * const optimizer = gradientDescent({ learningRate: 0.1 });
 * optimizer.move(Float64Array.of(1), Float64Array.of(5), optimizer.start(1), 1).position[0]; // => 0.5
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
