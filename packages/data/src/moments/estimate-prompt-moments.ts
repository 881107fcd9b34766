import { childKey, DomainError, matrix, type Matrix, type PromptMoments, type RandomKey } from "@onestep/core";
import { requireFiniteNumbers } from "../define/require-finite-numbers.ts";
import { negatedNoise } from "../noise/negated.ts";
import { lengthsOf, meanLength } from "../prompt/context-lengths.ts";
import type { PromptLaw } from "../prompt/prompt-law.ts";
import { samplePrompts } from "../prompt/sample-prompts.ts";
import { requireKey } from "../prompt/sample-request.ts";
import { blockedMeans } from "../symmetry/blocked-means.ts";
import { evenPartDecouples } from "./even-part.ts";
import { requireDrawableMoments } from "./needed-moments.ts";
import { addStepTerms, stepTermsOf, type StepTerms } from "./step-terms.ts";
import { strataOf, type PromptStratum } from "./strata.ts";

/** How moments are estimated. */
export interface MomentEstimation {
  readonly key: RandomKey;
  /**
   * Relative precision at which drawing stops: the standard errors of A and B, in the Frobenius norm, against
   * √(tr B · tr S · E y_q²) and ‖B‖, and that of E y_q² against itself. Default 0.01.
   */
  readonly precision?: number | undefined;
  /** The most prompts to draw for each law of covariates that a prompt can have; default a million. */
  readonly limit?: number | undefined;
  /**
   * Draw every prompt a second time with the opposite noise and average the two, which removes the noise's first-order
   * part. Omitted means true where the noise is symmetric.
   */
  readonly antithetic?: boolean | undefined;
}

/** Moments of a law from its draws, never without their standard errors. */
export interface EstimatedMoments {
  readonly moments: PromptMoments;
  /** Standard errors, entry by entry, in the shape of the moments. */
  readonly standardError: {
    readonly crossMoment: Matrix;
    readonly strata: readonly { readonly querySecondMoment: Matrix; readonly stepMoment: Matrix }[];
    readonly responseSecondMoment: number;
  };
  /** Prompts drawn; a prompt and its antithetic twin count once. */
  readonly count: number;
  /** Whether the precision asked for was reached before the limit. */
  readonly reached: boolean;
}

/** Prompts drawn before the precision is looked at again. */
const BLOCK = 2048;

/**
 * Estimates the moments that decide the loss of a step from draws, for laws that declare too little for `promptMoments`:
 *
 * $$ A = \mathbb{E}[b\,(y_q x_q)^\top], \qquad B = \mathbb{E}[b b^\top], \qquad S = \mathbb{E}[x_q x_q^\top],
 *    \qquad b = X^\top y $$
 *
 * Drawing goes on until the precision is reached. Prompt i lives at `key/stratum:k/prompt:i`, so two laws estimated with
 * one key share their random numbers, and their difference is known better than either.
 *
 * @throws AssumptionError where a prompt has one of a continuum of covariances: B would be needed for each; and where
 *   tails are so heavy that a moment, or the standard error of its estimate, is infinite
 * @throws DomainError unless precision > 0 and limit ≥ 2, or for antithetic noise that is not symmetric
 *
 * @example
 * const law = parsePromptLaw({
 *   contextLength: 4, dimension: 2,
 *   covariates: { law: "laplace" },
 *   target: { law: "single-index", link: "tanh" },
 *   noise: { law: "none" },
 * });
 * estimatePromptMoments(law, { key: randomKey(0), precision: 0.05 }).reached; // => true
 */
export function estimatePromptMoments(law: PromptLaw, options: MomentEstimation): EstimatedMoments {
  const { precision, limit, twin } = readOptions(law, options);
  requireKey("estimatePromptMoments", options.key);
  requireDrawableMoments("estimatePromptMoments", law);
  const d = law.dimension;
  const strata = strataOf(law).map((stratum, k) => {
    const laws = twin === undefined ? [law] : [law, twin];
    const means = estimateStratum(
      laws.map((one) => withinStratum(one, stratum)),
      {
        key: childKey(options.key, "stratum", k),
        precision,
        limit,
      },
    );
    return { ...stratum, means };
  });
  for (const { means } of strata) {
    const { cross, query, step, response, errors } = means;
    requireFiniteNumbers("estimatePromptMoments", { "E[b (y_q x_q)ᵀ]": cross, "E[x_q x_qᵀ]": query });
    requireFiniteNumbers("estimatePromptMoments", { "E[b bᵀ]": step, "E y²": response });
    requireFiniteNumbers("estimatePromptMoments", {
      "the error of E[b bᵀ]": errors.step,
      "that of E y²": errors.response,
    });
  }
  const average = (part: (means: StepMeans) => Float64Array): Float64Array =>
    sum(strata.map(({ probability, means }) => part(means).map((value) => probability * value)));
  const error = (part: (means: StepMeans) => Float64Array): Float64Array =>
    sum(strata.map(({ probability, means }) => part(means).map((value) => (probability * value) ** 2))).map(Math.sqrt);
  return {
    moments: {
      contextLength: meanLength(lengthsOf(law)),
      dimension: d,
      crossMoment: matrix(
        d,
        d,
        average(({ cross }) => cross),
      ),
      strata: strata.map(({ probability, means }) => ({
        probability,
        querySecondMoment: matrix(d, d, means.query),
        stepMoment: matrix(d, d, means.step),
      })),
      responseSecondMoment: average(({ response }) => response)[0],
      evenPartDecouples: evenPartDecouples(law),
    },
    standardError: {
      crossMoment: matrix(
        d,
        d,
        error(({ errors }) => errors.cross),
      ),
      strata: strata.map(({ means }) => ({
        querySecondMoment: matrix(d, d, means.errors.query),
        stepMoment: matrix(d, d, means.errors.step),
      })),
      responseSecondMoment: error(({ errors }) => errors.response)[0],
    },
    count: strata.reduce((total, { means }) => total + means.count, 0),
    reached: strata.every(({ means }) => means.reached),
  };
}

/** Means of the terms of prompts of one stratum, and their standard errors. */
interface StepMeans extends StepTerms {
  readonly errors: StepTerms;
  readonly count: number;
  readonly reached: boolean;
}

/** Draws prompts of laws that share their addresses and averages over the laws, until the precision is reached. */
function estimateStratum(
  laws: readonly PromptLaw[],
  { key, precision, limit }: { readonly key: RandomKey; readonly precision: number; readonly limit: number },
): StepMeans {
  const { dimension } = laws[0];
  const all = new Float64Array(3 * dimension * dimension + 1);
  const terms = stepTermsOf(all, dimension);
  const means = blockedMeans(all.length, 1);
  for (;;) {
    const count = Math.min(BLOCK, limit - means.count);
    const batches = laws.map((law) => samplePrompts(law, { key, count, from: means.count }));
    for (let i = 0; i < count; i++) {
      all.fill(0);
      for (const batch of batches) addStepTerms(batch, i, 1 / batches.length, terms);
      means.push(all);
    }
    const [value, errors] = [stepTermsOf(means.mean(), dimension), stepTermsOf(means.standardError(), dimension)];
    const reached = isPrecise(value, errors, precision, dimension);
    if (reached || means.count >= limit) return { ...value, errors, count: means.count, reached };
  }
}

function isPrecise(value: StepTerms, error: StepTerms, precision: number, d: number): boolean {
  const trace = (square: Float64Array): number => square.reduce((total, x, at) => total + (at % (d + 1) ? 0 : x), 0);
  const [response] = value.response;
  // By Cauchy and Schwarz no cross moment is larger; where A itself is zero, this is what its error is held against.
  const largestCross = Math.sqrt(trace(value.step) * trace(value.query) * response);
  return (
    norm(error.cross) <= precision * largestCross &&
    norm(error.step) <= precision * norm(value.step) &&
    norm(error.query) <= precision * norm(value.query) &&
    error.response[0] <= precision * response
  );
}

/** The law of prompts of one stratum. */
function withinStratum(law: PromptLaw, { context, query }: PromptStratum): PromptLaw {
  return { ...law, covariates: context, queryCovariates: query };
}

function readOptions(
  law: PromptLaw,
  { precision = 0.01, limit = 1_000_000, antithetic }: MomentEstimation,
): { readonly precision: number; readonly limit: number; readonly twin: PromptLaw | undefined } {
  const { noise } = law;
  if (!(precision > 0)) throw refusal("precision", "a number > 0", precision, "0.01 asks for one percent");
  if (!(Number.isSafeInteger(limit) && limit >= 2)) throw refusal("limit", "an integer ≥ 2", limit, "leave it out");
  if (antithetic === true && !noise.declares.signSymmetric) {
    throw refusal("antithetic", "noise whose sign is as likely either way", noise.name, "leave antithetic out");
  }
  const paired = antithetic ?? (noise.declares.signSymmetric && noise.name !== "none");
  return { precision, limit, twin: paired ? { ...law, noise: negatedNoise(noise) } : undefined };
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((total, x) => total + x * x, 0));
}

function sum(vectors: readonly Float64Array[]): Float64Array {
  return vectors[0].map((_, at) => vectors.reduce((total, vector) => total + vector[at], 0));
}

function refusal(option: string, expected: string, arrived: unknown, hint: string): DomainError {
  return new DomainError({ where: `estimatePromptMoments.${option}`, expected, arrived: String(arrived), hint });
}
