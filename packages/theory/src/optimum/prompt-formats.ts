import { DomainError } from "@onestep/core";
import type { ClosedForm } from "../closed-form.ts";
import { hypotheses } from "../hypotheses.ts";
import { requireContextLength, requireNonNegative } from "../require.ts";
import { cite } from "../sources.ts";
import type { ScalarStep } from "./best-step-size.ts";
import { requireIsotropic, type IsotropicSetting } from "./step-size.ts";

/** A context length and how likely it is. */
export interface LengthProbability {
  readonly contextLength: number;
  readonly probability: number;
}

/**
 * The best step size when the context length is random, drawn once per prompt.
 *
 * $$ \eta^* = \frac{\mathbb{E}\,n}{\mathbb{E}\,n^2 + (d+1+\sigma^2/\omega^2)\,\mathbb{E}\,n}, \qquad L^* = \sigma^2 + \omega^2 d\,(1 - \eta^*\,\mathbb{E}\,n) $$
 *
 * A and B average over n: A = E[n] ω²I and B = E[n(n+d+1)ω² + nσ²] I. Γ* = η*I by symmetry.
 *
 * @param lengths probabilities sum to 1
 * @throws DomainError for invalid lengths, probabilities or sizes
 *
 * @example
 * const lengths = [{ contextLength: 20, probability: 1 }];
 * randomLengthStep(lengths, { dimension: 5, noiseVariance: 0 }).value.stepSize; // ≈ 0.0384615384615
 */
export function randomLengthStep(
  lengths: readonly LengthProbability[],
  setting: Omit<IsotropicSetting, "contextLength">,
): ClosedForm<ScalarStep> {
  const {
    dimension: d,
    noiseVariance,
    taskVariance,
  } = requireIsotropic("randomLengthStep", { ...setting, contextLength: 1 });
  let [total, mean, square] = [0, 0, 0];
  for (const { contextLength, probability } of lengths) {
    requireContextLength("randomLengthStep", contextLength);
    requireNonNegative("randomLengthStep", "probability", probability);
    total += probability;
    mean += probability * contextLength;
    square += probability * contextLength * contextLength;
  }
  if (!(Math.abs(total - 1) <= 2 ** -40)) {
    throw new DomainError({
      where: "randomLengthStep",
      expected: "probabilities that sum to 1",
      arrived: `${lengths.length} lengths with total probability ${total}`,
      hint: "divide the weights by their sum",
    });
  }
  const stepSize =
    taskVariance === 0 ? 0 : (taskVariance * mean) / (taskVariance * (square + (d + 1) * mean) + noiseVariance * mean);
  return {
    value: { stepSize, loss: noiseVariance + taskVariance * d * (1 - stepSize * mean) },
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

/** The best step sizes of a causal model whose every position is a query, with and without averaging over the context. */
export interface AutoregressiveSteps {
  /** η in ŷ = η Σ_{i≤k} yᵢ ⟨xᵢ, x⟩ at every context length k ≤ K */
  readonly unnormalised: number;
  /** γ in ŷ = (γ/k) Σ_{i≤k} yᵢ ⟨xᵢ, x⟩ */
  readonly normalised: number;
  /** The loss averaged over the positions, for each of the two. */
  readonly unnormalisedLoss: number;
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
 * @throws DomainError for K < 1 or invalid sizes
 *
 * @example
 * autoregressiveSteps(1, { dimension: 5, noiseVariance: 1 }).value.unnormalised; // => 0.125
 */
export function autoregressiveSteps(
  length: number,
  setting: Omit<IsotropicSetting, "contextLength">,
): ClosedForm<AutoregressiveSteps> {
  const law = requireIsotropic("autoregressiveSteps", { ...setting, contextLength: length });
  const { dimension: d, noiseVariance, taskVariance } = law;
  const harmonic = Array.from({ length }, (_, k) => 1 / (length - k)).reduce((sum, term) => sum + term, 0);
  // σ²/ω² multiplied through by ω², so that ω² = 0 gives the limit 0.
  const inflated = taskVariance * (d + 1) + noiseVariance;
  const unnormalised = taskVariance === 0 ? 0 : taskVariance / ((taskVariance * (2 * length + 1)) / 3 + inflated);
  const normalised = taskVariance === 0 ? 0 : taskVariance / (taskVariance + (inflated * harmonic) / length);
  return {
    value: {
      unnormalised,
      normalised,
      unnormalisedLoss: noiseVariance + taskVariance * d * (1 - (unnormalised * (length + 1)) / 2),
      normalisedLoss: noiseVariance + taskVariance * d * (1 - normalised),
    },
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
