import { diagonal, type Matrix } from "@onestep/core";
import type { AttentionHead } from "../linear-transformer.ts";
import { matricesAt, sizesOf, type Parametrisation } from "./parametrisation.ts";
import { requireSizes } from "./sizes.ts";

/** The four numbers of a layer of the diagonal family. */
export interface DiagonalLayer {
  /** p in P = diag(p I, p_y) */
  readonly covariateValue: number;
  /** p_y */
  readonly responseValue: number;
  /** q in Q = diag(q I, q_y) */
  readonly covariateQuery: number;
  /** q_y: how much a token attends by its response */
  readonly responseQuery: number;
}

/**
 * The family DIAG: P_l = diag(p_l I, p_{y,l}) and Q_l = diag(q_l I, q_{y,l}), four numbers a layer. With q_y = 0 and
 * p_y = 1 it is GD++ with scalars; q_y lets the energy yᵀy of the responses rescale a layer, and with it the noise of a
 * prompt.
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * Source: Vladymyrov et al., arXiv 2402.14180, the diagonal model.
 *
 * @example
 * diagonalTransformer({ dimension: 5, layers: 3 }).size; // => 12
 */
export function diagonalTransformer(shape: {
  /** d */
  readonly dimension: number;
  /** L */
  readonly layers: number;
}): Parametrisation<readonly DiagonalLayer[]> {
  const { dimension, layers } = shape;
  requireSizes("diagonalTransformer", { dimension, layers });
  const twoNumbers = (onCovariates: number, onResponse: number): Matrix =>
    diagonal([...Array.from({ length: dimension }, () => onCovariates), onResponse]);
  const last = dimension * (dimension + 2);
  /** The derivatives by the two numbers of such a matrix. */
  const summed = (values: Float64Array): [number, number] => {
    let onCovariates = 0;
    for (let i = 0; i < dimension; i++) onCovariates += values[i * (dimension + 2)];
    return [onCovariates, values[last]];
  };
  return {
    name: "diagonal",
    size: 4 * layers,
    pack: (weights) =>
      Float64Array.from(
        weights.flatMap((layer) => [
          layer.covariateValue,
          layer.responseValue,
          layer.covariateQuery,
          layer.responseQuery,
        ]),
      ),
    unpack: (position) =>
      matricesAt(position, sizesOf(layers, 1, 4)).map(({ values }) => {
        const [covariateValue, responseValue, covariateQuery, responseQuery] = values;
        return { covariateValue, responseValue, covariateQuery, responseQuery };
      }),
    transformer: (weights) => ({
      layers: weights.map((layer): AttentionHead[] => [
        {
          valueProjection: twoNumbers(layer.covariateValue, layer.responseValue),
          keyQuery: twoNumbers(layer.covariateQuery, layer.responseQuery),
        },
      ]),
      dividesByLength: true,
    }),
    pullBack: (_, gradient) =>
      Float64Array.from(
        gradient.layers.flatMap(([{ valueProjection, keyQuery }]) => [
          ...summed(valueProjection.values),
          ...summed(keyQuery.values),
        ]),
      ),
  };
}
