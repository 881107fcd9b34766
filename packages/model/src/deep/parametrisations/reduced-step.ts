import { scale, transpose, type Matrix } from "@onestep/core";
import { covariateBlock, sparseHead } from "../layer-heads.ts";
import { requireSizes } from "./sizes.ts";
import { concatenate, matricesAt, sizesOf, type Parametrisation } from "./parametrisation.ts";

/**
 * The reduced model ŷ = x_qᵀ Γ Xᵀy: Γ itself is trained, so that the loss is a convex quadratic.
 *
 * @throws DomainError unless d is a whole number, at least 1
 *
 * @example
 * reducedStep({ dimension: 3 }).size; // => 9
 */
export function reducedStep(shape: {
  /** d */
  readonly dimension: number;
}): Parametrisation<Matrix> {
  const { dimension } = shape;
  requireSizes("reducedStep", { dimension });
  return {
    name: "reduced",
    size: dimension * dimension,
    pack: (preconditioner) => concatenate([preconditioner]),
    unpack: (position) => matricesAt(position, sizesOf(1, dimension))[0],
    transformer: (preconditioner) => ({ layers: [[sparseHead(transpose(preconditioner))]], dividesByLength: false }),
    pullBack: (_, gradient) => concatenate([scale(transpose(covariateBlock(gradient.layers[0][0].keyQuery)), -1)]),
  };
}
