import type { OneLayerParameters } from "./block-sums.ts";
import type { LinearGaussianLaw, TaskFactor } from "./law.ts";

/** Products of up to five numbers that are larger are normal in float32. */
const LEAST = 2 ** -24;

/** Whether prompts of this scale are so small that float32 may lose their products, or their parameters are. */
export function isExtremeScale(scale: number): boolean {
  return scale !== 0 && (scale < LEAST || scale > 1 / LEAST);
}

/** The largest absolute value from an index on, and before another; 0 of none. */
export function largest(values: Float64Array, from = 0, to: number = values.length): number {
  let most = 0;
  for (let at = from; at < to; at++) {
    const size = Math.abs(values[at]);
    if (size > most) most = size;
  }
  return most;
}

/** The scale of responses: of σ, C and μ. */
export function responseScaleOf({ noiseDeviation }: LinearGaussianLaw, { matrix, diagonal, mean }: TaskFactor): number {
  return Math.max(noiseDeviation, largest(matrix?.values ?? diagonal), largest(mean));
}

/**
 * Whether numbers of a layer are so small, and yet not 0, that float32 may lose products of them: in white coordinates of
 * tokens, responses y, n Tᵀu and TᵀM. What is too large needs no such question, since it ends in sums that are not finite.
 *
 * @param covariateScale of the entries of a context's x, responseScale of its y, and queryScale of the query's x
 */
export function leavesFloat32(
  { keyQuery, valueProjection }: OneLayerParameters,
  contextLength: number,
  covariateScale: number,
  responseScale: number,
  queryScale: number = covariateScale,
): boolean {
  const dimension = valueProjection.length - 1;
  let [ofCovariates, ofResponses] = [0, 0];
  for (let i = 0; i <= dimension; i++) {
    const row = largest(keyQuery, i * (dimension + 1), i * (dimension + 1) + dimension);
    if (i < dimension) ofCovariates = Math.max(ofCovariates, row);
    else ofResponses = row;
  }
  const white = (x: number, y: number): number => Math.max(covariateScale * x, responseScale * y);
  const value = white(largest(valueProjection, 0, dimension), Math.abs(valueProjection[dimension]) || 0);
  const keys = queryScale * white(ofCovariates, ofResponses);
  return [responseScale, contextLength * value, keys].some((scale) => scale !== 0 && scale < LEAST);
}
