import { multiply, NumericalError, scale, ShapeError, transpose } from "@onestep/core";
import { openDeep, type DeepOptions } from "@onestep/kernels";
import { checkShapes, hasFiniteWeights } from "../deep/check-transformer.ts";
import { gradientOfHeads, kernelWeights, requireKernelHeads, roomForGradient } from "../deep/kernel-weights.ts";
import type { AttentionHead } from "../deep/linear-transformer.ts";
import type { Parametrisation } from "../deep/parametrisations/parametrisation.ts";
import type { GaussianLinearPopulation } from "../population/task-moments.ts";
import { orOverflow, overflowAt } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import type { DrawnPrompts } from "./drawn-prompts.ts";
import { whiteCoordinates } from "./white-coordinates.ts";

/**
 * A family of linear transformers of one head a layer for `pretrain`, on prompts of a Gaussian linear law that are drawn
 * where they are evaluated, at a cost that does not depend on n.
 *
 * In white tokens, v = T ṽ, a layer has P̃ = T⁻¹PT and Q̃ = TᵀQT, so that the derivatives by P and Q are
 *
 * $$ \partial P = T^{-\top}\, \partial\tilde P\, T^\top, \qquad \partial Q = T\, \partial\tilde Q\, T^\top, $$
 *
 * and the family's own chain rule leads on to its weights.
 *
 * @param options how layers are evaluated; `path` says what runs
 * @param open where loss and gradient are computed; `openThreads` of `@onestep/model/threads` has one for several threads
 * @throws ShapeError where family and law differ in dimension; DomainError for a law that is none or has covariates of no
 * invertible covariance, and for a family with several heads or an embedding
 *
 * @example
 * const law = { contextLength: 20, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0 };
 * const deep = transformerOnDrawnPrompts(sparseTransformer({ dimension: 2, layers: 3 }), law);
 * const minibatch = { key: childKey(randomKey(0), "train", 0), count: 100 };
 * (await deep.lossAndGradient(new Float64Array(12), minibatch)).gradient.length; // => 12
 */
export function transformerOnDrawnPrompts<W>(
  family: Parametrisation<W>,
  law: GaussianLinearPopulation,
  options: DeepOptions = {},
  open: typeof openDeep = openDeep,
): Trainable<W, DrawnPrompts> {
  const where = "transformerOnDrawnPrompts";
  const { size, pack, unpack, transformer, pullBack } = family;
  const white = whiteCoordinates(where, law);
  const shape = transformer(unpack(new Float64Array(size)));
  requireSameDimension(where, checkShapes(where, shape), white.law.dimension);
  const deep = open(white.law, requireKernelHeads(where, shape).length, options);
  // The kernels divide by n.
  const factor = shape.dividesByLength ? 1 : white.law.contextLength;
  const { tokenScale, inverseTokenScale } = white;
  const transposed = transpose(tokenScale);
  const inverseTransposed = transpose(inverseTokenScale);
  const toWhite = ({ valueProjection, keyQuery }: AttentionHead): AttentionHead => ({
    valueProjection: scale(multiply(inverseTokenScale, valueProjection, tokenScale), factor),
    keyQuery: multiply(transposed, keyQuery, tokenScale),
  });
  const fromWhite = ({ valueProjection, keyQuery }: AttentionHead): AttentionHead => ({
    valueProjection: scale(multiply(inverseTransposed, valueProjection, transposed), factor),
    keyQuery: multiply(tokenScale, keyQuery, transposed),
  });
  return {
    path: deep.name,
    size,
    pack,
    unpack,
    async lossAndGradient(position, { key, first = 0, count }) {
      const weights = unpack(position);
      const model = transformer(weights);
      if (!hasFiniteWeights(model)) return overflowAt(size);
      const heads = requireKernelHeads(where, model).map(toWhite);
      const gradient = roomForGradient(heads);
      try {
        const loss = deep.lossAndGradient(kernelWeights(heads), { key, first, count }, kernelWeights(gradient));
        return orOverflow({ loss, gradient: pullBack(weights, gradientOfHeads(gradient.map(fromWhite))) });
      } catch (error) {
        if (error instanceof NumericalError) return overflowAt(size);
        throw error;
      }
    },
  };
}

function requireSameDimension(where: string, ofFamily: number, ofLaw: number): void {
  if (ofFamily === ofLaw) return;
  throw new ShapeError({
    where,
    expected: `a family on ${ofLaw} covariates`,
    arrived: `a family on ${ofFamily}`,
    hint: "give the family the dimension of the law",
  });
}
