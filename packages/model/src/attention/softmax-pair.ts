import { exp } from "@onestep/core";
import { predictorFamily, queryScores, type PredictorFamily } from "./predictor-family.ts";

/** The parameters of `softmaxPair`. */
export interface SoftmaxPair {
  /** c: the scores of the heads are ±c⟨xᵢ, x_q⟩, so 1/c is their temperature */
  readonly scoreScale: number;
  /** v: the heads enter with ±v */
  readonly outputScale: number;
}

/** A softmax average of the responses, and its derivative by the scale of the scores. */
interface HeadOutput {
  /** E_p y */
  readonly mean: number;
  /** Cov_p(s, y) = ∂(E_p y)/∂c */
  readonly covariance: number;
}

/**
 * Two softmax heads of opposite sign.
 *
 * $$ \hat y = v \sum_i \big(p_i^+ - p_i^-\big)\, y_i, \qquad p^\pm = \mathrm{softmax}(\pm c\,s), \qquad
 *    s_i = \langle x_i, x_q \rangle $$
 *
 * $$ \partial \hat y / \partial c = v\,\big(\mathrm{Cov}_{p^+}(s, y) + \mathrm{Cov}_{p^-}(s, y)\big), \qquad
 *    \partial \hat y / \partial v = \mathbb{E}_{p^+} y - \mathbb{E}_{p^-} y $$
 *
 * As c → 0 with cv fixed, this is linear attention on centred data with step 2cv/n, whose loss is that of n − 1 pairs;
 * one head alone cannot cancel the mean of the responses. (c, v) and (−c, −v) are the same predictor.
 *
 * Source: own derivation; two heads that debias each other: arXiv 2503.12734.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(2, -1), responses: Float64Array.of(3, 1),
 *   queryCovariates: Float64Array.of(1), queryResponses: Float64Array.of(0),
 * };
 * // scores 2c and −c: p⁺ − p⁻ = ±tanh(3c/2)
 * softmaxPair().predict({ scoreScale: 0.2, outputScale: 5 }, prompts)[0]; // ≈ 2.91312612452
 */
export function softmaxPair(): PredictorFamily<SoftmaxPair> {
  return predictorFamily({
    name: "softmaxPair",
    size: 2,
    pack: ({ scoreScale, outputScale }) => Float64Array.of(scoreScale, outputScale),
    unpack: ([scoreScale, outputScale]) => ({ scoreScale, outputScale }),
    onPrompt([c, v], prompts, prompt) {
      const scores = queryScores(prompts, prompt);
      const first = prompt * prompts.contextLength;
      const responses = prompts.responses.subarray(first, first + scores.length);
      const [up, down] = [headOutput(c, scores, responses), headOutput(-c, scores, responses)];
      const difference = up.mean - down.mean;
      return { prediction: v * difference, slopes: [v * (up.covariance + down.covariance), difference] };
    },
  });
}

function headOutput(c: number, scores: Float64Array, responses: Float64Array): HeadOutput {
  const largest = scores.reduce((most, score) => Math.max(most, c * score), -Infinity);
  const weights = scores.map((score) => exp(c * score - largest));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const average = (of: (i: number) => number): number =>
    weights.reduce((sum, weight, i) => sum + weight * of(i), 0) / total;
  const mean = average((i) => responses[i]);
  const meanScore = average((i) => scores[i]);
  return { mean, covariance: average((i) => (scores[i] - meanScore) * (responses[i] - mean)) };
}
