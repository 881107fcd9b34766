import { predictorFamily, queryScores, type PredictorFamily } from "./predictor-family.ts";

/** The parameter of `pointwiseStep`. */
export interface PointwiseStep {
  /** η */
  readonly stepSize: number;
}

/**
 * One step of attention with a pointwise nonlinearity h, the key-query matrix being the identity.
 *
 * $$ \hat y = \eta \sum_i y_i\, h(\langle x_i, x_q \rangle), \qquad
 *    \partial \hat y / \partial \eta = \sum_i y_i\, h(\langle x_i, x_q \rangle) $$
 *
 * h(s) = s is one step of gradient descent; an h that matches the kernel of the targets learns what that step cannot,
 * such as even targets.
 *
 * @param activation h
 *
 * Source: h = ReLU: Ahn et al., arXiv 2306.00297, Theorem 5; h as a kernel: Cheng et al., arXiv 2312.06528.
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 2, dimension: 1,
 *   covariates: Float64Array.of(2, -1), responses: Float64Array.of(3, 1),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * const relu = pointwiseStep(pointwiseFunctions.relu);
 * Array.from(relu.predict({ stepSize: 0.5 }, prompts)); // => [15]
 */
export function pointwiseStep(activation: (score: number) => number): PredictorFamily<PointwiseStep> {
  return predictorFamily({
    name: "pointwiseStep",
    size: 1,
    pack: ({ stepSize }) => Float64Array.of(stepSize),
    unpack: ([stepSize]) => ({ stepSize }),
    onPrompt([stepSize], prompts, prompt) {
      const first = prompt * prompts.contextLength;
      const sum = queryScores(prompts, prompt).reduce(
        (total, score, i) => total + prompts.responses[first + i] * activation(score),
        0,
      );
      return { prediction: stepSize * sum, slopes: [sum] };
    },
  });
}
