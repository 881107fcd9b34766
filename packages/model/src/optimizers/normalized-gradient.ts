import { euclideanNorm } from "./euclidean-norm.ts";
import { requirePositive } from "./settings.ts";
import type { Optimizer, OptimizerState } from "./optimizer.ts";

/**
 * Gradient flow in steps of constant relative length, θ ← θ − rate·(‖θ‖/‖g‖)·g.
 *
 * The path is that of gradient flow with its time rescaled, so that leaving a saddle at zero takes ln(1/‖θ₀‖)/rate steps
 * whatever the scale of the loss. Unlike Adam, it keeps the proportions of the gradient: the fastest direction leaves
 * the saddle first, as in the theory of training dynamics.
 *
 * @throws DomainError unless the rate is positive
 *
 * @example
 * const optimizer = normalizedGradient({ rate: 0.1 });
 * optimizer.move(Float64Array.of(2), Float64Array.of(5), optimizer.start(1), 1).position[0]; // => 1.8
 */
export function normalizedGradient(settings: { readonly rate: number }): Optimizer {
  const relativeLength = requirePositive("normalizedGradient", "rate", settings.rate);
  return {
    name: "normalized-gradient",
    settings: { rate: relativeLength },
    start: (): OptimizerState => ({ step: 0, memory: [] }),
    move: (position, gradient, state, rate) => {
      const slope = euclideanNorm(gradient);
      const factor = slope === 0 ? 0 : (rate * relativeLength * euclideanNorm(position)) / slope;
      return {
        position: position.map((value, i) => value - factor * gradient[i]),
        state: { step: state.step + 1, memory: [] },
      };
    },
  };
}
