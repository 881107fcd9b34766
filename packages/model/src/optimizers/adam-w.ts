import { adam, type AdamSettings } from "./adam.ts";
import type { Optimizer } from "./optimizer.ts";
import { requireNotNegative } from "./settings.ts";

/** Settings of `adamW`. */
export interface AdamWSettings extends AdamSettings {
  /** λ ≥ 0, default 0.01; a step shrinks every number by the share αλ. */
  readonly weightDecay?: number;
}

/**
 * Adam with decoupled weight decay: the decay acts on the position and never enters Adam's memory of gradients.
 *
 * $$ \theta \leftarrow \mathrm{Adam}(\theta) - \alpha\lambda\,\theta $$
 *
 * @throws DomainError for a setting outside its range
 *
 * Source: Loshchilov & Hutter, arXiv 1711.05101, Algorithm 2, with their λ written as αλ, so that a schedule acts on
 * both terms alike.
 *
 * @example
 * const optimizer = adamW({ learningRate: 0.1, weightDecay: 0.5 });
 * optimizer.move(Float64Array.of(1), Float64Array.of(5), optimizer.start(1), 1).position[0]; // ≈ 0.85
 */
export function adamW(settings: AdamWSettings = {}): Optimizer {
  const weightDecay = requireNotNegative("adamW", "weightDecay", settings.weightDecay ?? 0.01);
  const plain = adam(settings);
  const decay = plain.settings["learningRate"] * weightDecay;
  return {
    ...plain,
    name: "adam-w",
    settings: { ...plain.settings, weightDecay },
    move: (position, gradient, state, rate) => {
      const moved = plain.move(position, gradient, state, rate);
      return { ...moved, position: moved.position.map((value, i) => value - rate * decay * position[i]) };
    },
  };
}
