import { identity, inverse, multiply, transpose, type Covariance, type Matrix } from "@onestep/core";
import type { AttentionHead, LinearTransformer, Parametrisation, Trainable } from "@onestep/model";

/**
 * A family that is moved in white tokens, v = T ṽ with T = diag(F, s), FFᵀ = Σ and s² = E y². Its weights are those of P̃
 * and Q̃; its transformer attends to the tokens themselves,
 *
 * $$ P = T \tilde P T^{-1}, \quad Q = T^{-\top} \tilde Q T^{-1}, \qquad
 *    \partial\tilde P = T^\top\, \partial P\, T^{-\top}, \quad \partial\tilde Q = T^{-1}\, \partial Q\, T^{-\top}. $$
 *
 * There one learning rate suits all entries, whatever the law. Full, sparse and GD++ families keep their form.
 *
 * @param covariates Σ; directions without variance are left as they are
 * @param responseScale s > 0
 */
export function inWhiteCoordinates<W>(
  family: Parametrisation<W>,
  { dimension, factor, rank }: Covariance,
  responseScale: number,
): Parametrisation<W> {
  const frame = bordered(rank === dimension ? factor : identity(dimension), responseScale);
  const back = inverse(frame);
  const [transposed, backTransposed] = [transpose(frame), transpose(back)];
  const outwards = ({ valueProjection: p, keyQuery: q }: AttentionHead): AttentionHead => ({
    valueProjection: multiply(frame, p, back),
    keyQuery: multiply(backTransposed, q, back),
  });
  const inwards = ({ valueProjection: p, keyQuery: q }: AttentionHead): AttentionHead => ({
    valueProjection: multiply(transposed, p, backTransposed),
    keyQuery: multiply(back, q, backTransposed),
  });
  return {
    ...family,
    transformer: (weights) => onHeads(family.transformer(weights), outwards),
    pullBack: (weights, gradient) => family.pullBack(weights, onHeads(gradient, inwards)),
  };
}

/** The same model with slopes of L/s²: clipping, and plain gradient descent, then mean the same in every unit of y. */
export function inResponseUnits<W, B>(model: Trainable<W, B>, responseScale: number): Trainable<W, B> {
  return {
    ...model,
    async lossAndGradient(position, batch) {
      const { loss, gradient } = await model.lossAndGradient(position, batch);
      return { loss, gradient: gradient.map((slope) => slope / responseScale ** 2) };
    },
  };
}

function onHeads<T extends Pick<LinearTransformer, "layers">>(
  transformer: T,
  map: (head: AttentionHead) => AttentionHead,
): T {
  return { ...transformer, layers: transformer.layers.map((heads) => heads.map(map)) };
}

/** diag(block, corner) */
export function bordered({ rows, values }: Matrix, corner: number): Matrix {
  const width = rows + 1;
  const result = identity(width);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) result.values[i * width + j] = values[i * rows + j];
  }
  result.values[result.values.length - 1] = corner;
  return result;
}
