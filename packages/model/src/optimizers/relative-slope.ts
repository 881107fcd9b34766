import type { Place } from "./line-search.ts";

/** Σ|θᵢ ∂L/∂θᵢ| / |L|: what the slopes say of the loss when every number grows by its own size; 0 for no slope at all. */
export function relativeSlope({ position, gradient, loss }: Place): number {
  const change = gradient.reduce((sum, slope, i) => sum + Math.abs(slope * position[i]), 0);
  return change === 0 ? 0 : change / Math.abs(loss);
}
