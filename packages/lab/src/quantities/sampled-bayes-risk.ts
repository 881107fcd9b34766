import {
  childKey,
  covariance,
  meanAccumulator,
  outer,
  randomKey,
  type Covariance,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import { samplePrompts, type PromptLaw } from "@onestep/data";
import { bayesRiskGivenContext, type ClosedForm } from "@onestep/theory";

/** A risk estimated over sampled contexts. */
export interface SampledRisk {
  readonly [name: string]: number;
  readonly estimate: number;
  readonly standardError: number;
}

/** How many contexts are drawn at a time. */
const BLOCK = 500;

/**
 * The Bayes risk of Gaussian tasks on any covariates, by Rao–Blackwell: the risk given a context is exact, and only
 * contexts are sampled, at `seed/bayes-risk/prompt:i`. Responses never enter.
 *
 * $$ \sigma^2 + \mathbb{E}_S\,\mathrm{tr}\,\Sigma_q(\Omega^{-1} + S/\sigma^2)^{-1} $$
 *
 * @param tasks Ω about the mean of the tasks
 */
export function sampledBayesRisk(law: PromptLaw, tasks: Covariance, seed: number): ClosedForm<SampledRisk> {
  const { contextLength, noise, queryCovariates } = law;
  const key = childKey(randomKey(seed), "bayes-risk");
  const count = contextsWorth(law);
  const risk = meanAccumulator();
  let passport: Omit<ClosedForm<number>, "value"> | undefined;
  for (let from = 0; from < count; from += BLOCK) {
    const prompts = samplePrompts({ ...law, queries: 1 }, { key, count: Math.min(BLOCK, count - from), from });
    for (let prompt = 0; prompt < prompts.count; prompt++) {
      // Covariates that are not Gaussian may share a latent with their query: then only the drawn query is unbiased.
      const covariates = queryCovariates.gaussian ? queryCovariates.covariance : drawnQuery(prompts, prompt);
      const setting = { contextLength, covariates, tasks, noiseVariance: noise.variance };
      const { value, ...rest } = bayesRiskGivenContext(setting, gramOf(prompts, prompt));
      risk.push(value);
      passport ??= rest;
    }
  }
  const { value: estimate, standardError } = risk.estimate();
  return {
    value: { estimate, standardError },
    formula: String.raw`\sigma^2 + \mathbb{E}_S\,\mathrm{tr}\,\Sigma_q(\Omega^{-1} + S/\sigma^2)^{-1}`,
    hypotheses: [...passport!.hypotheses, `the average over ${count} sampled contexts, seed ${seed}`],
    source: passport!.source,
  };
}

/**
 * Twenty thousand contexts where they are cheap; where one costs more, as many as a couple of seconds buy, which suffice:
 * the risk given the context varies less and less as d grows.
 */
function contextsWorth({ contextLength: n, dimension: d }: PromptLaw): number {
  const nanoseconds = 10_000 + 20 * n * d + n * d ** 2 + 15 * d ** 3;
  return Math.min(20_000, Math.max(50, Math.floor(2e9 / nanoseconds)));
}

/** S = XᵀX of one prompt. */
function gramOf({ contextLength: n, dimension: d, covariates }: PromptBatch, prompt: number): Matrix {
  const values = new Float64Array(d * d);
  for (let row = prompt * n; row < (prompt + 1) * n; row++) {
    const x = covariates.subarray(row * d, (row + 1) * d);
    for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) values[i * d + j] += x[i] * x[j];
  }
  return { rows: d, columns: d, values };
}

function drawnQuery({ dimension: d, queryCovariates }: PromptBatch, prompt: number): Covariance {
  const query = queryCovariates.subarray(prompt * d, (prompt + 1) * d);
  return covariance(outer(query, query));
}
