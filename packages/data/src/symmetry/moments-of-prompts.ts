import { ShapeError, type PromptBatch } from "@onestep/core";
import { addStepTerms, stepTermsOf } from "../moments/step-terms.ts";
import { blockedMeans } from "./blocked-means.ts";
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
  const { dimension: d } = size;
  const triangle = (d * (d + 1)) / 2;
  const means: MomentMeans = {
    steps: blockedMeans(3 * d * d + 1, BLOCKS),
    length: blockedMeans(1, BLOCKS),
    covariance: blockedMeans(triangle, BLOCKS),
    energy: blockedMeans(triangle, BLOCKS),
    contextMoment: blockedMeans(triangle, BLOCKS),
  };
  return {
    get count() {
      return means.steps.count;
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

function pushSteps(prompts: PromptBatch, { steps }: MomentMeans): void {
  const all = new Float64Array(steps.mean().length);
  const terms = stepTermsOf(all, prompts.dimension);
  for (let prompt = 0; prompt < prompts.count; prompt++) {
    all.fill(0);
    addStepTerms(prompts, prompt, 1, terms);
    steps.push(all);
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
