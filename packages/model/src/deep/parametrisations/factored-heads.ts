import { multiply, multiplyVector, outer, transpose, type Matrix } from "@onestep/core";
import { mergedParameters, type LsaWeights } from "../../lsa/weights.ts";
import { plainSums } from "../layer-heads.ts";
import { headGradient } from "./merged-heads.ts";
import { requireSizes } from "./sizes.ts";
import { concatenate, matricesAt, requireSize, type Parametrisation, type Size } from "./parametrisation.ts";

/**
 * One layer of heads with separate weights W_K, W_Q `[r, d+1]`, W_V `[d_v, d+1]` and h `[d_v]`; M = W_KᵀW_Q has rank r
 * at most.
 *
 * $$ \partial W_K = W_Q (\partial M)^\top, \quad \partial W_Q = W_K\, \partial M, \quad
 *    \partial W_V = h (\partial u)^\top, \quad \partial h = W_V\, \partial u. $$
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * Source: the separate key and query of Zhang et al., arXiv 2501.16265; own derivation of the gradient.
 *
 * @example
 * factoredHeads({ dimension: 2, heads: 2, rank: 1 }).size; // => 36
 */
export function factoredHeads(shape: {
  /** d */
  readonly dimension: number;
  /** H, default 1 */
  readonly heads?: number;
  /** r, the rows of W_K and W_Q, default d + 1 */
  readonly rank?: number;
  /** d_v, the rows of W_V, default d + 1 */
  readonly valueRank?: number;
}): Parametrisation<readonly LsaWeights[]> {
  const { dimension, heads = 1 } = shape;
  const width = dimension + 1;
  const { rank = width, valueRank = width } = shape;
  requireSizes("factoredHeads", { dimension, heads, rank, valueRank });
  const sizes: readonly Size[] = [
    [rank, width],
    [rank, width],
    [valueRank, width],
    [valueRank, 1],
  ];
  const column = (values: Float64Array): Matrix => ({ rows: values.length, columns: 1, values });
  const pack = (weights: readonly LsaWeights[]): Float64Array =>
    concatenate(
      weights.flatMap(({ key, query, value, head }) => {
        const matrices = [key, query, value, column(head)];
        matrices.forEach((one, at) => requireSize(one, sizes[at]));
        return matrices;
      }),
    );
  return {
    name: "factored",
    size: heads * (2 * rank * width + valueRank * width + valueRank),
    pack,
    unpack: (position) => {
      const all = matricesAt(position, Array.from({ length: heads }, () => sizes).flat());
      return Array.from({ length: heads }, (_, h) => {
        const [key, query, value, head] = all.slice(4 * h, 4 * h + 4);
        return { key, query, value, head: head.values };
      });
    },
    transformer: (weights) => plainSums(weights.map(mergedParameters)),
    pullBack: (weights, gradient) =>
      pack(
        weights.map(({ key, query, value, head }, h) => {
          const { keyQuery, valueProjection } = headGradient(gradient.layers[0][h]);
          return {
            key: multiply(query, transpose(keyQuery)),
            query: multiply(key, keyQuery),
            value: outer(head, valueProjection.values),
            head: multiplyVector(value, valueProjection.values),
          };
        }),
      ),
  };
}
