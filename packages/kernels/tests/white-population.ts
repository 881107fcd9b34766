import type { OneLayerParameters } from "../src/one-layer/block-sums.ts";

/** The population of white prompts: Σ = Ω = I. */
export interface WhiteLaw {
  readonly dimension: number;
  readonly contextLength: number;
  readonly noiseDeviation: number;
}

/**
 * The population loss of a layer on white prompts. With the first d columns [A; aᵀ] of M, u = (p, v) and τ = d + σ²,
 *
 * $$ L = \langle K, M M^\top\rangle - 2n(v\,\mathrm{tr}\,A + p^\top a) + \tau, \qquad K = \mathbb{E}\,G u u^\top G $$
 *
 * where K follows from E[G N G] for Wishart rows, and E‖w‖⁴-type moments of the task.
 */
export function whiteLoss(
  { dimension: d, contextLength: n, noiseDeviation }: WhiteLaw,
  { keyQuery, valueProjection }: OneLayerParameters,
): number {
  const variance = noiseDeviation ** 2;
  const tau = d + variance;
  const fourth = d * (d + 2) + 2 * d * variance + variance ** 2; // E (|w|² + σ²)²
  const v = valueProjection[d];
  const p = valueProjection.subarray(0, d);
  const square = p.reduce((sum, entry) => sum + entry * entry, 0);
  const width = d + 1;
  const entryOfK = (i: number, j: number): number => {
    const same = i === j ? 1 : 0;
    if (i < d && j < d) return n * (n + 1) * (p[i] * p[j] + v * v * same) + n * (square + v * v * tau) * same;
    if (i < d) return n * (n + 1) * v * (tau + 1) * p[i] + 2 * n * v * p[i];
    if (j < d) return entryOfK(j, i);
    return n * (n + 1) * (square + v * v * fourth) + n * (square * tau + v * v * fourth);
  };
  let loss = tau;
  for (let c = 0; c < d; c++) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) loss += entryOfK(i, j) * keyQuery[i * width + c] * keyQuery[j * width + c];
    }
    loss -= 2 * n * (v * keyQuery[c * width + c] + p[c] * keyQuery[d * width + c]);
  }
  return loss;
}
