import { outer, ShapeError, zeros, type PromptBatch } from "@onestep/core";
import { blockedMeans, type BlockedMeans } from "./blocked-means.ts";
import { contextMatrices } from "./context-matrices.ts";
import { estimateFrom, type EstimatedPromptMoments, type MomentMeans } from "./estimated-moments.ts";
import { requirePrompts } from "./require-prompts.ts";

/** Moments of prompts that come in batches, in constant memory. */
export interface PromptMomentsAccumulator {
  /** Prompts so far. */
  readonly count: number;
  /** @throws ShapeError for prompts of another size; DomainError for numbers that are not finite */
  push(prompts: PromptBatch): void;
  /** Needs two prompts. */
  estimate(): EstimatedPromptMoments;
}

/** Blocks of prompts that the jackknife leaves out in turn. */
const BLOCKS = 20;

/**
 * Estimates the moments of a law from its prompts: means over prompts with their standard errors, C and E₂ without bias,
 * and the best step with jackknife errors.
 *
 * Prompts do not say which latent drew them, so there is one stratum: where a prompt's covariance or length is itself
 * random and shared by context and query, Γ̂ is the best step of the law with the same averages.
 *
 * @example
 * const ones = Float64Array.of(1, 1);
 * const prompts = { count: 2, contextLength: 1, dimension: 1, covariates: ones, responses: ones, queryCovariates: ones, queryResponses: ones };
 * const accumulator = promptMomentsAccumulator({ contextLength: 1, dimension: 1 });
 * accumulator.push(prompts);
 * accumulator.estimate().preconditioner.value.values; // => [1]
 */
export function promptMomentsAccumulator(size: {
  readonly contextLength: number;
  readonly dimension: number;
}): PromptMomentsAccumulator {
  const d = size.dimension;
  const meansOf = (width: number): BlockedMeans => blockedMeans(width, BLOCKS);
  const means = {
    crossMoment: meansOf(d * d),
    stepMoment: meansOf(d * d),
    querySecondMoment: meansOf(d * d),
    response: meansOf(1),
    length: meansOf(1),
    covariance: meansOf((d * (d + 1)) / 2),
    energy: meansOf((d * (d + 1)) / 2),
    contextMoment: meansOf((d * (d + 1)) / 2),
  };
  return {
    get count() {
      return means.length.count;
    },
    push(prompts) {
      requirePrompts(prompts);
      requireSize(prompts, size);
      pushSteps(prompts, means);
      pushContexts(prompts, means);
    },
    estimate: () => estimateFrom(means, d),
  };
}

/** b (y_q x_q)ᵀ, b bᵀ, x_q x_qᵀ and y_q² of each prompt, its queries averaged. */
function pushSteps(prompts: PromptBatch, means: MomentMeans): void {
  const { count, contextLength: n, dimension: d, queries = 1 } = prompts;
  const { covariates, responses, queryCovariates, queryResponses } = prompts;
  for (let prompt = 0; prompt < count; prompt++) {
    const [b, beta] = [new Float64Array(d), new Float64Array(d)];
    for (let row = prompt * n; row < (prompt + 1) * n; row++) {
      for (let j = 0; j < d; j++) b[j] += responses[row] * covariates[row * d + j];
    }
    const square = zeros(d, d);
    let energy = 0;
    for (let query = prompt * queries; query < (prompt + 1) * queries; query++) {
      const x = queryCovariates.subarray(query * d, (query + 1) * d);
      const y = queryResponses[query];
      for (let j = 0; j < d; j++) {
        beta[j] += (y * x[j]) / queries;
        for (let k = 0; k < d; k++) square.values[j * d + k] += (x[j] * x[k]) / queries;
      }
      energy += (y * y) / queries;
    }
    means.crossMoment.push(outer(b, beta).values);
    means.stepMoment.push(outer(b, b).values);
    means.querySecondMoment.push(square.values);
    means.response.push([energy]);
  }
}

function pushContexts(prompts: PromptBatch, means: MomentMeans): void {
  const { contextLength: n, lengths } = prompts;
  const lengthOf = (prompt: number): number => lengths?.[prompt] ?? n;
  const { width, covariance, energy, contextMoment } = contextMatrices({ ...prompts, rows: n, lengthOf });
  for (let prompt = 0; prompt < prompts.count; prompt++) {
    const own = (values: Float64Array): Float64Array => values.subarray(prompt * width, (prompt + 1) * width);
    means.length.push([lengthOf(prompt)]);
    means.covariance.push(own(covariance));
    means.energy.push(own(energy));
    if (lengthOf(prompt) > 1) means.contextMoment.push(own(contextMoment));
  }
}

function requireSize(prompts: PromptBatch, size: { readonly contextLength: number; readonly dimension: number }): void {
  if (prompts.contextLength === size.contextLength && prompts.dimension === size.dimension) return;
  throw new ShapeError({
    where: "promptMomentsAccumulator.push",
    expected: `prompts with n = ${size.contextLength}, d = ${size.dimension}`,
    arrived: `n = ${prompts.contextLength}, d = ${prompts.dimension}`,
    hint: "one accumulator is for prompts of one size",
  });
}
