import { requireDecay, requirePositive } from "./settings.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/** Settings of `gradientDescent`. */
export interface GradientDescentSettings {
  readonly learningRate: number;
  /** β, the share of the last move's velocity that is kept; default 0, plain gradient descent. */
  readonly momentum?: number;
}

/**
 * Gradient descent, with heavy-ball momentum if asked for.
 *
 * $$ v \leftarrow \beta v + g, \quad \theta \leftarrow \theta - \alpha v $$
 *
 * @throws DomainError unless the learning rate is positive and 0 ≤ β < 1
 *
 * Source: Polyak, USSR Comput. Math. Math. Phys. 4(5), 1964, the heavy-ball method; with α inside v it is the same at a
 * constant rate.
 *
 * @example
 * const optimizer = gradientDescent({ learningRate: 0.1 });
 * optimizer.move(Float64Array.of(1), Float64Array.of(5), optimizer.start(1), 1).position[0]; // => 0.5
 */
export function gradientDescent(settings: GradientDescentSettings): Optimizer {
  const learningRate = requirePositive("gradientDescent", "learningRate", settings.learningRate);
  const momentum = requireDecay("gradientDescent", "momentum", settings.momentum ?? 0);
  return {
    name: "gradient-descent",
    settings: { learningRate, momentum },
    start: (size): OptimizerState => ({ step: 0, memory: momentum === 0 ? [] : [new Float64Array(size)] }),
    move: (position, gradient, { step, memory }, rate) => {
      const [before] = memory;
      const velocity = before === undefined ? gradient : gradient.map((slope, i) => momentum * before[i] + slope);
      return {
        position: position.map((value, i) => value - rate * learningRate * velocity[i]),
        state: { step: step + 1, memory: before === undefined ? [] : [velocity] },
      };
    },
  };
}
