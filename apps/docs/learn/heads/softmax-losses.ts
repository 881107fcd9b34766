import { childKey, exp, randomKey } from "@onestep/core";
import { gaussianCovariates, gaussianTasks, linearTarget, noNoise, promptLaw, samplePrompts } from "@onestep/data";

import { NOISE_VARIANCE, SCALES, type HeadsSetting } from "./heads-setting.ts";

/** Of tasks without a mean, whose law these alone describe. */
export type SoftmaxOf = Pick<HeadsSetting, "contextLength" | "dimension">;

/** A loss that was measured. */
export interface Measured {
  readonly loss: number;
  readonly standardError: number;
}

/** For every scale of `SCALES`: the least loss over the heads' output, in standard Gaussian tasks. */
export interface SoftmaxLosses {
  readonly of: SoftmaxOf;
  readonly oneHead: readonly Measured[];
  /** Two heads of opposite scores and outputs. */
  readonly pair: readonly Measured[];
}

const PROMPTS = 8000;

/**
 * Measures heads that answer f = Σ p_i y_i, p = softmax(c⟨x_i, x_q⟩), or the difference of two with scores ±c.
 *
 * The mean over tasks and noise is known given the covariates: with r = Xᵀp, A = E⟨r, x_q⟩ and B = E‖r‖² + σ²‖p‖², the
 * best output has the loss d + σ² − A²/B. What is left to chance is the covariates, and there the same two numbers of
 * linear attention, whose means are known, take away most of it.
 */
export function softmaxLosses({ contextLength: n, dimension: d }: SoftmaxOf): SoftmaxLosses {
  const law = promptLaw({
    contextLength: n,
    covariates: gaussianCovariates({ dimension: d }),
    target: linearTarget({ tasks: gaussianTasks({ dimension: d }) }),
    noise: noNoise(),
  });
  const { covariates, queryCovariates } = samplePrompts(law, {
    key: childKey(randomKey(0), "softmax"),
    count: PROMPTS,
  });
  const linear = energiesOf(covariates, queryCovariates, n, d, (scores) => scores);
  const known = { alignment: n * d, energy: n * d * (n + d + 1) + NOISE_VARIANCE * n * d };
  const measure = (weights: (scores: Float64Array) => Float64Array): Measured =>
    leastLoss(energiesOf(covariates, queryCovariates, n, d, weights), linear, known, d + NOISE_VARIANCE);
  return {
    of: { contextLength: n, dimension: d },
    oneHead: SCALES.map((scale) => measure((scores) => softmax(scores, scale))),
    pair: SCALES.map((scale) =>
      measure((scores) => {
        const [weights, others] = [softmax(scores, scale), softmax(scores, -scale)];
        for (let i = 0; i < weights.length; i++) weights[i] -= others[i];
        return weights;
      }),
    ),
  };
}

/** softmax(c·scores) */
export function softmax(scores: Float64Array, scale: number): Float64Array {
  let [largest, sum] = [-Infinity, 0];
  for (const score of scores) largest = Math.max(largest, scale * score);
  const weights = new Float64Array(scores.length);
  for (let i = 0; i < scores.length; i++) {
    weights[i] = exp(scale * scores[i] - largest);
    sum += weights[i];
  }
  for (let i = 0; i < scores.length; i++) weights[i] /= sum;
  return weights;
}

/** ⟨Xᵀp, x_q⟩ and ‖Xᵀp‖² + σ²‖p‖² of every prompt. */
interface Energies {
  readonly alignments: Float64Array;
  readonly energies: Float64Array;
}

function energiesOf(
  covariates: Float64Array,
  queries: Float64Array,
  n: number,
  d: number,
  weightsOf: (scores: Float64Array) => Float64Array,
): Energies {
  const count = queries.length / d;
  const [alignments, energies] = [new Float64Array(count), new Float64Array(count)];
  const [scores, sum] = [new Float64Array(n), new Float64Array(d)];
  for (let prompt = 0; prompt < count; prompt++) {
    const [rows, query] = [prompt * n * d, prompt * d];
    for (let i = 0; i < n; i++) {
      scores[i] = 0;
      for (let j = 0; j < d; j++) scores[i] += covariates[rows + i * d + j] * queries[query + j];
    }
    const weights = weightsOf(scores);
    sum.fill(0);
    for (let i = 0; i < n; i++) {
      energies[prompt] += NOISE_VARIANCE * weights[i] ** 2;
      for (let j = 0; j < d; j++) sum[j] += weights[i] * covariates[rows + i * d + j];
    }
    for (let j = 0; j < d; j++) {
      alignments[prompt] += sum[j] * queries[query + j];
      energies[prompt] += sum[j] ** 2;
    }
  }
  return { alignments, energies };
}

function leastLoss(
  { alignments, energies }: Energies,
  linear: Energies,
  known: { readonly alignment: number; readonly energy: number },
  silent: number,
): Measured {
  const a = controlled(alignments, linear.alignments, known.alignment);
  const b = controlled(energies, linear.energies, known.energy);
  // First order of A²/B in its two means.
  const gain = a.mean / b.mean;
  let variance = 0;
  a.rests.forEach((rest, at) => (variance += (2 * gain * rest - gain ** 2 * b.rests[at]) ** 2));
  return { loss: silent - a.mean * gain, standardError: Math.sqrt(variance) / a.rests.length };
}

/** A mean, with what the control says of its error taken off, and what is left of each value. */
function controlled(
  values: Float64Array,
  control: Float64Array,
  known: number,
): { readonly mean: number; readonly rests: Float64Array } {
  const [mean, centre] = [values, control].map((list) => list.reduce((sum, value) => sum + value, 0) / list.length);
  let [covariance, variance] = [0, 0];
  values.forEach((value, at) => {
    covariance += (value - mean) * (control[at] - centre);
    variance += (control[at] - centre) ** 2;
  });
  const slope = covariance / variance;
  return {
    mean: mean - slope * (centre - known),
    rests: values.map((value, at) => value - mean - slope * (control[at] - centre)),
  };
}
