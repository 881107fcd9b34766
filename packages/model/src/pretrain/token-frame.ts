import {
  cholesky,
  diagonal,
  inverse,
  matrix,
  multiply,
  NumericalError,
  scale,
  transpose,
  type ContextStatistics,
  type LsaParameters,
  type Matrix,
  type PromptBatch,
} from "@onestep/core";
import { bordered } from "../deep/layer-heads.ts";
import { packParameters, unpackParameters } from "../lsa/parameters.ts";

/**
 * Coordinates for the optimizer in which every token has unit second moment: v = T ṽ, T = diag(L, s) with LLᵀ the
 * mean of x xᵀ and s² the mean of y² over a batch of prompts. In them
 *
 * $$ u = \tfrac{s}{n} T^{-\top} \tilde u, \qquad M = T^{-\top} \tilde M\, T^{-1}, $$
 *
 * so that a learning rate means the same for every law. This is the usual whitening of inputs, measured on the prompts
 * themselves; the layer, its loss and its minimisers are unchanged.
 */
export interface TokenFrame {
  readonly dimension: number;
  /** T⁻¹, `[d+1, d+1]` */
  readonly inverseScale: Matrix;
  /** s/n: brings ŷ to the scale of the responses */
  readonly outputScale: number;
  /** s²: the unit in which the optimizer sees the loss */
  readonly lossScale: number;
}

/** Measures a frame on a batch of prompts. A batch too small or too degenerate to whiten is scaled coordinatewise. */
export function measureTokenFrame(prompts: PromptBatch): TokenFrame {
  const { dimension, contextLength, covariates, responses } = prompts;
  const rows = rowCount(prompts);
  const second = matrix(dimension, dimension);
  let responseSquare = 0;
  // Rows beyond a prompt's length are zero, and add nothing.
  for (let row = 0; row < responses.length; row++) {
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j < dimension; j++) {
        second.values[i * dimension + j] += (covariates[row * dimension + i] * covariates[row * dimension + j]) / rows;
      }
    }
    responseSquare += responses[row] ** 2 / rows;
  }
  const whitening = inverse(whiteningFactor(second, rows));
  return tokenFrame(whitening, Math.sqrt(responseSquare) || 1, contextLength); // silent responses need no scale
}

/** The same frame, measured on sums over rows. */
export function measureTokenFrameOfSums(statistics: ContextStatistics): TokenFrame {
  const { count, dimension, contextLength, covariateGram, responseEnergy } = statistics;
  const rows = rowCount(statistics);
  const second = matrix(dimension, dimension);
  let [at, responseSquare] = [0, 0];
  for (let prompt = 0; prompt < count; prompt++) {
    for (let i = 0; i < dimension; i++) {
      for (let j = 0; j <= i; j++) second.values[i * dimension + j] += covariateGram[at++] / rows;
    }
    responseSquare += responseEnergy[prompt] / rows;
  }
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < i; j++) second.values[j * dimension + i] = second.values[i * dimension + j];
  }
  const whitening = inverse(whiteningFactor(second, rows));
  return tokenFrame(whitening, Math.sqrt(responseSquare) || 1, contextLength);
}

function rowCount({ count, contextLength, lengths }: Pick<PromptBatch, "count" | "contextLength" | "lengths">): number {
  return lengths?.reduce((sum, length) => sum + length, 0) ?? count * contextLength;
}

/**
 * The frame of T = diag(L, s).
 *
 * @param whitening L⁻¹
 * @param responseScale s
 */
export function tokenFrame(whitening: Matrix, responseScale: number, contextLength: number): TokenFrame {
  return {
    dimension: whitening.rows,
    inverseScale: bordered(whitening, 1 / responseScale),
    outputScale: responseScale / contextLength,
    lossScale: responseScale ** 2,
  };
}

/** The layer's parameters at a position of the optimizer. */
export function fromFrame(frame: TokenFrame, position: Float64Array): LsaParameters<Matrix> {
  const { keyQuery, valueProjection } = unpackParameters(position, frame.dimension);
  const transposed = transpose(frame.inverseScale);
  const value = multiply(transposed, valueProjection);
  return {
    keyQuery: multiply(multiply(transposed, keyQuery), frame.inverseScale),
    valueProjection: scale(value, frame.outputScale),
  };
}

/** The position of given parameters: the inverse of `fromFrame`. */
export function toFrame(frame: TokenFrame, { keyQuery, valueProjection }: LsaParameters<Matrix>): Float64Array {
  const tokenScale = inverse(frame.inverseScale); // T
  const transposed = transpose(tokenScale);
  return packParameters({
    keyQuery: multiply(multiply(transposed, keyQuery), tokenScale),
    valueProjection: scale(multiply(transposed, valueProjection), 1 / frame.outputScale),
  });
}

/** The gradient of loss/s² in the frame's coordinates, by the chain rule through `fromFrame`. */
export function pullBackGradient(frame: TokenFrame, gradient: LsaParameters<Matrix>): Float64Array {
  const { inverseScale, outputScale, lossScale } = frame;
  const keyQuery = multiply(multiply(inverseScale, gradient.keyQuery), transpose(inverseScale));
  const valueProjection = multiply(inverseScale, gradient.valueProjection);
  const pulled = new Float64Array(keyQuery.values.length + valueProjection.values.length);
  pulled.set(keyQuery.values.map((entry) => entry / lossScale));
  pulled.set(
    valueProjection.values.map((entry) => (outputScale * entry) / lossScale),
    keyQuery.values.length,
  );
  return pulled;
}

function whiteningFactor(second: Matrix, rows: number): Matrix {
  const dimension = second.rows;
  const scales = Float64Array.from({ length: dimension }, (_, i) => Math.sqrt(second.values[i * (dimension + 1)]) || 1);
  if (rows < 2 * dimension) return diagonal(scales);
  try {
    return cholesky(second);
  } catch (error) {
    if (error instanceof NumericalError) return diagonal(scales);
    throw error;
  }
}
