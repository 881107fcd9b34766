import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import {
  requireContextLength,
  requireCount,
  requireFields,
  requireInRange,
  requireList,
  requireProbabilities,
} from "../require.ts";
import { cite } from "../sources.ts";
import type { ScalarStep } from "./best-step-size.ts";
import { noiseToSignal, requireIsotropic, type IsotropicSetting } from "./step-size.ts";

/** A context length and how likely it is. */
export interface LengthProbability {
  /** n ≥ 1, a whole number */
  readonly contextLength: number;
  /** at least 0; over all lengths they sum to 1 */
  readonly probability: number;
}

/**
 * The best step size when the context length is random, drawn once per prompt.
 *
 * $$ \eta^* = \frac{\mathbb{E}\,n}{\mathbb{E}\,n^2 + (d+1+\sigma^2/\omega^2)\,\mathbb{E}\,n}, \qquad L^* = \sigma^2 + \omega^2 d\,(1 - \eta^*\,\mathbb{E}\,n) $$
 *
 * A and B average over n: A = E[n] ω²I and B = E[n(n+d+1)ω² + nσ²] I. Γ* = η*I by symmetry.
 *
 * @param lengths n ≥ 1 and its probability; probabilities sum to 1
 * @returns η*, unnormalised, and L*, noise included
 * @throws DomainError for n < 1, probabilities that do not sum to 1, d < 1, σ² < 0 or ω² < 0
 * @throws NumericalError if the loss overflows
 *
 * Source: own derivation, A and B averaged over n.
 *
 * @example
 * const lengths = [{ contextLength: 20, probability: 1 }];
 * randomLengthStep(lengths, { dimension: 5, noiseVariance: 0 }).value.stepSize; // ≈ 0.0384615384615
 */
export function randomLengthStep(
  lengths: readonly LengthProbability[],
  setting: Omit<IsotropicSetting, "contextLength">,
): ClosedForm<ScalarStep> {
  const law = isotropicLaw("randomLengthStep", setting);
  const { mean, variance } = lengthMoments(lengths);
  const { dimension: d, noiseVariance, taskVariance } = law;
  const stiffness = (d + 1 + noiseToSignal(law)) * mean;
  const square = variance + mean * mean;
  const missed = stiffness === Infinity ? 1 : (variance + stiffness) / (square + stiffness);
  const loss = noiseVariance + taskVariance * d * missed;
  requireInRange("randomLengthStep", "loss", [loss]);
  return {
    value: { stepSize: mean / (square + stiffness), loss },
    formula: String.raw`\eta^* = \mathbb{E}n\,/\,(\mathbb{E}n^2 + (d+1+\sigma^2/\omega^2)\,\mathbb{E}n)`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.isotropicCovariates,
      hypotheses.isotropicTasks,
      hypotheses.gaussianNoise,
      "the context length is independent of the task",
    ],
    source: cite("onestep", "randomLengthStep"),
  };
}

/** E n and Var n, the latter about the mean, so that it keeps its digits where lengths hardly vary. */
function lengthMoments(lengths: readonly LengthProbability[]): { readonly mean: number; readonly variance: number } {
  requireList("randomLengthStep", "lengths", lengths);
  for (const length of lengths) requireFields("randomLengthStep", "a length", length, ["contextLength", "probability"]);
  for (const { contextLength } of lengths) requireContextLength("randomLengthStep", contextLength);
  const probabilities = lengths.map((length) => length.probability);
  requireProbabilities("randomLengthStep", "probabilities of the lengths", probabilities);
  const average = (f: (contextLength: number) => number): number =>
    lengths.reduce((sum, { contextLength, probability }) => sum + probability * f(contextLength), 0);
  const mean = average((n) => n);
  return { mean, variance: average((n) => (n - mean) * (n - mean)) };
}

/** The best step sizes of a causal model whose every position is a query, with and without averaging over the context. */
export interface AutoregressiveSteps {
  /** η in ŷ = η Σ_{i≤k} yᵢ ⟨xᵢ, x⟩ at every context length k ≤ K */
  readonly unnormalised: number;
  /** γ in ŷ = (γ/k) Σ_{i≤k} yᵢ ⟨xᵢ, x⟩ */
  readonly normalised: number;
  /** The loss of η averaged over the positions, noise included */
  readonly unnormalisedLoss: number;
  /** The loss of γ averaged over the positions, noise included */
  readonly normalisedLoss: number;
}

/**
 * The best step when the loss is averaged over context lengths k = 1, …, K: every position is a query.
 *
 * $$ \eta = \frac{1}{(2K+1)/3 + d + 1 + \sigma^2/\omega^2}, \qquad \gamma = \frac{1}{1 + (d+1+\sigma^2/\omega^2)\,H_K/K}, \quad H_K = \sum_{k\le K}\frac1k $$
 *
 * Averages of the parabolas R_k(η): Σk / (Σk² + (d+1+σ²/ω²)Σk), and with η = γ/k, K/(K + (d+1+σ²/ω²)H_K).
 *
 * @param length K ≥ 1
 * @throws DomainError for K < 1, d < 1, σ² < 0 or ω² < 0
 * @throws NumericalError if a loss overflows
 *
 * Source: own derivation, the parabolas R_k(η) averaged over k.
 *
 * @example
 * autoregressiveSteps(1, { dimension: 5, noiseVariance: 1 }).value.unnormalised; // => 0.125
 */
export function autoregressiveSteps(
  length: number,
  setting: Omit<IsotropicSetting, "contextLength">,
): ClosedForm<AutoregressiveSteps> {
  const law = isotropicLaw("autoregressiveSteps", setting);
  requireCount("autoregressiveSteps", "length", length, 1, "K is the number of positions with a context");
  const { dimension: d, noiseVariance, taskVariance } = law;
  let harmonic = 0;
  for (let k = length; k >= 1; k--) harmonic += 1 / k;
  const stiffness = d + 1 + noiseToSignal(law);
  const share = stiffness * (harmonic / length);
  // 1 − η(K+1)/2 and 1 − γ without their cancellation, and 1 where there is no signal.
  const missed = (own: number): number => (stiffness === Infinity ? 1 : own);
  const lossOf = (part: number): number => noiseVariance + taskVariance * d * part;
  const value: AutoregressiveSteps = {
    unnormalised: 1 / ((2 * length + 1) / 3 + stiffness),
    normalised: 1 / (1 + share),
    unnormalisedLoss: lossOf(missed(((length - 1) / 6 + stiffness) / ((2 * length + 1) / 3 + stiffness))),
    normalisedLoss: lossOf(missed(share / (1 + share))),
  };
  requireInRange("autoregressiveSteps", "loss", Object.values(value));
  return {
    value,
    formula: String.raw`\eta = 1/((2K+1)/3+d+1+\sigma^2/\omega^2),\quad \gamma = 1/(1+(d+1+\sigma^2/\omega^2)H_K/K)`,
    hypotheses: [
      hypotheses.linearAttention,
      hypotheses.isotropicCovariates,
      hypotheses.isotropicTasks,
      hypotheses.gaussianNoise,
      "the loss is the mean over the positions 1, …, K",
    ],
    source: cite("onestep", "autoregressiveSteps"),
  };
}

function isotropicLaw(where: string, setting: Omit<IsotropicSetting, "contextLength">): Required<IsotropicSetting> {
  requireFields(where, "a setting", setting, ["dimension", "noiseVariance"]);
  return requireIsotropic(where, { ...setting, contextLength: 1 });
}
