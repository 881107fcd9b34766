import {
  checkContextStatistics,
  checkPrompts,
  DomainError,
  ShapeError,
  type ContextStatistics,
  type PromptBatch,
  type TensorBackend,
} from "@onestep/core";
import { requireOneQuery } from "../lsa/one-query.ts";

/** Prompts, row by row or as the statistics that linear attention sees of them. */
export type Contexts = PromptBatch | ContextStatistics;

/** The context Gram matrices and queries of a batch, on a backend. */
export interface ContextGrams<T> {
  /** G = Σᵢ vᵢvᵢᵀ of each prompt, `[B, d+1, d+1]` */
  readonly gram: T;
  /** v_q = (x_q, 0), `[B, d+1]` */
  readonly query: T;
  /** y_q, `[B]` */
  readonly queryResponses: T;
  /** What a layer multiplies its sum by, `[B]`: 1/n or 1 */
  readonly prefactor: T;
  /** 1 for each prompt, `[B]` */
  readonly ones: T;
  /** I for each prompt, `[B, d+1, d+1]` */
  readonly identity: T;
  /** e, the response axis, `[d+1]` */
  readonly responseAxis: T;
}

/**
 * Reduces contexts to Gram matrices on a backend. From here on no cost depends on n.
 *
 * @param dividesByLength whether the prefactor is 1/n, with the prompt's own n where lengths vary, or 1
 * @throws ShapeError for several queries a prompt, or arrays of another size than the batch states; DomainError for
 * numbers that are not finite, and for statistics drawn without S; each before the first tensor is made
 *
 * @example
 * const prompts = {
 *   count: 1, contextLength: 1, dimension: 1,
 *   covariates: Float64Array.of(2), responses: Float64Array.of(3),
 *   queryCovariates: Float64Array.of(5), queryResponses: Float64Array.of(7),
 * };
 * Array.from(contextGramsOn(float64Backend(), prompts, true).gram.values); // => [4, 6, 6, 9]
 */
export function contextGramsOn<T>(
  backend: TensorBackend<T>,
  contexts: Contexts,
  dividesByLength: boolean,
): ContextGrams<T> {
  checkContexts("contextGramsOn", contexts);
  return gramTensors(backend, contexts, dividesByLength);
}

/** `contextGramsOn`, for contexts that have been checked. */
export function gramTensors<T>(
  backend: TensorBackend<T>,
  contexts: Contexts,
  dividesByLength: boolean,
): ContextGrams<T> {
  const { count, dimension, contextLength, lengths, queryCovariates, queryResponses } = contexts;
  const width = dimension + 1;
  const query = new Float64Array(count * width);
  const identity = new Float64Array(count * width * width);
  for (let prompt = 0; prompt < count; prompt++) {
    query.set(queryCovariates.subarray(prompt * dimension, (prompt + 1) * dimension), prompt * width);
    for (let i = 0; i < width; i++) identity[(prompt * width + i) * width + i] = 1;
  }
  const length = (prompt: number): number => lengths?.[prompt] ?? contextLength;
  const gram = "covariateGram" in contexts ? gramsOfStatistics(contexts) : gramsOfRows(contexts);
  return {
    gram: backend.fromValues(gram, [count, width, width]),
    query: backend.fromValues(query, [count, width]),
    queryResponses: backend.fromValues(queryResponses, [count]),
    prefactor: backend.fromValues(
      Float64Array.from({ length: count }, (_, prompt) => (dividesByLength ? 1 / length(prompt) : 1)),
      [count],
    ),
    ones: backend.fromValues(new Float64Array(count).fill(1), [count]),
    identity: backend.fromValues(identity, [count, width, width]),
    responseAxis: backend.fromValues(new Float64Array(width).fill(1, dimension), [width]),
  };
}

/**
 * The gate of whatever reads the Gram matrices of contexts.
 *
 * @throws ShapeError, DomainError, as `contextGramsOn`
 */
export function checkContexts(where: string, contexts: Contexts): void {
  requireOneQuery(where, contexts);
  if (!("covariateGram" in contexts)) {
    checkPrompts(where, contexts);
    return;
  }
  checkContextStatistics(where, contexts);
  if (contexts.covariateGram.length > 0) return;
  throw new DomainError({
    where: `${where}: covariateGram`,
    expected: "S = XᵀX of each prompt, which deep attention needs",
    arrived: "none",
    hint: "draw the statistics with the Gram matrix of the covariates",
  });
}

/** @throws ShapeError unless the contexts have the covariates that a model reads */
export function requireCovariates(where: string, dimension: number, contexts: Contexts): void {
  if (contexts.dimension === dimension) return;
  throw new ShapeError({
    where,
    expected: `prompts of dimension ${dimension}, as the transformer reads`,
    arrived: `prompts of dimension ${contexts.dimension}`,
    hint: "use the transformer on prompts of the dimension it was trained for",
  });
}

/** The lower triangle of each G from the rows, mirrored. */
function gramsOfRows({ count, contextLength, dimension, covariates, responses }: PromptBatch): Float64Array {
  const width = dimension + 1;
  const grams = new Float64Array(count * width * width);
  const token = new Float64Array(width);
  for (let row = 0; row < count * contextLength; row++) {
    for (let i = 0; i < dimension; i++) token[i] = covariates[row * dimension + i];
    token[dimension] = responses[row];
    const start = Math.floor(row / contextLength) * width * width;
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) grams[start + i * width + j] += token[i] * token[j];
    }
  }
  return mirrorLowerTriangles(grams, count, width);
}

function gramsOfStatistics(statistics: ContextStatistics): Float64Array {
  const { count, dimension, covariateGram, crossProduct, responseEnergy } = statistics;
  const triangle = (dimension * (dimension + 1)) / 2;
  const width = dimension + 1;
  const grams = new Float64Array(count * width * width);
  for (let prompt = 0; prompt < count; prompt++) {
    const start = prompt * width * width;
    for (let i = 0, packed = prompt * triangle; i < dimension; packed += i + 1, i++) {
      grams.set(covariateGram.subarray(packed, packed + i + 1), start + i * width);
    }
    grams.set(crossProduct.subarray(prompt * dimension, (prompt + 1) * dimension), start + dimension * width);
    grams[start + width * width - 1] = responseEnergy[prompt];
  }
  return mirrorLowerTriangles(grams, count, width);
}

function mirrorLowerTriangles(grams: Float64Array, count: number, width: number): Float64Array {
  for (let start = 0; start < count * width * width; start += width * width) {
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < i; j++) grams[start + j * width + i] = grams[start + i * width + j];
    }
  }
  return grams;
}
