import { scale, type Matrix } from "@onestep/core";
import { covariateBlock, sparseHead } from "../layer-heads.ts";
import { requireSizes } from "./sizes.ts";
import { concatenate, matricesAt, sizesOf, type Parametrisation } from "./parametrisation.ts";

/** The weights of a layer of GD++. */
export interface GdPlusPlusLayer {
  /** A in Q = −diag(A, 0), `[d, d]` */
  readonly a: Matrix;
  /** B in P = diag(B, 1), `[d, d]`; in the last layer it has no effect */
  readonly b: Matrix;
}

/**
 * The family {A_l, B_l} of GD++: P_l = diag(B_l, 1) and Q_l = −diag(A_l, 0). All A come before all B in a position.
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * Source: Ahn et al., arXiv 2306.00297, Theorem 4.
 *
 * @example
 * gdPlusPlusTransformer({ dimension: 2, layers: 3 }).size; // => 24
 */
export function gdPlusPlusTransformer(shape: {
  /** d */
  readonly dimension: number;
  /** L */
  readonly layers: number;
}): Parametrisation<readonly GdPlusPlusLayer[]> {
  const { dimension, layers } = shape;
  requireSizes("gdPlusPlusTransformer", { dimension, layers });
  const pack = (weights: readonly GdPlusPlusLayer[]): Float64Array =>
    concatenate([...weights.map(({ a }) => a), ...weights.map(({ b }) => b)]);
  return {
    name: "gd-plus-plus",
    size: 2 * layers * dimension * dimension,
    pack,
    unpack: (position) => {
      const all = matricesAt(position, sizesOf(2 * layers, dimension));
      return Array.from({ length: layers }, (_, layer) => ({ a: all[layer], b: all[layers + layer] }));
    },
    transformer: (weights) => ({ layers: weights.map(({ a, b }) => [sparseHead(a, b)]), dividesByLength: true }),
    pullBack: (_, gradient) =>
      pack(
        gradient.layers.map(([{ keyQuery, valueProjection }]) => ({
          a: scale(covariateBlock(keyQuery), -1),
          b: covariateBlock(valueProjection),
        })),
      ),
  };
}
