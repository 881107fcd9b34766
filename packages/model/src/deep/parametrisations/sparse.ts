import { scale, type Matrix } from "@onestep/core";
import { covariateBlock, sparseHead } from "../layer-heads.ts";
import { requireSizes } from "./sizes.ts";
import { concatenate, matricesAt, sizesOf, type Parametrisation } from "./parametrisation.ts";

/**
 * The sparse family {A_l}: P_l = e eᵀ and Q_l = −diag(A_l, 0), gradient descent with learned preconditioners,
 * ŵ' = ŵ + (1/n) A_lᵀ Xᵀ(y − Xŵ).
 *
 * @throws DomainError unless the sizes are whole numbers, at least 1
 *
 * Source: Ahn et al., arXiv 2306.00297, Theorem 3.
 *
 * @example
 * sparseTransformer({ dimension: 2, layers: 3 }).size; // => 12
 */
export function sparseTransformer(shape: {
  /** d */
  readonly dimension: number;
  /** L */
  readonly layers: number;
}): Parametrisation<readonly Matrix[]> {
  const { dimension, layers } = shape;
  requireSizes("sparseTransformer", { dimension, layers });
  return {
    name: "sparse",
    size: layers * dimension * dimension,
    pack: concatenate,
    unpack: (position) => matricesAt(position, sizesOf(layers, dimension)),
    transformer: (weights) => ({ layers: weights.map((a) => [sparseHead(a)]), dividesByLength: true }),
    pullBack: (_, gradient) =>
      concatenate(gradient.layers.map(([{ keyQuery }]) => scale(covariateBlock(keyQuery), -1))),
  };
}
