import { NumericalError, type LsaParameters, type Matrix } from "@onestep/core";
import { openOneLayer, type OneLayerOptions } from "@onestep/kernels";
import { requireLength } from "../deep/parametrisations/parametrisation.ts";
import type { GaussianLinearPopulation } from "../population/task-moments.ts";
import { orOverflow, overflowAt } from "../pretrain/overflow.ts";
import { fromFrame, toFrame, tokenFrame } from "../pretrain/token-frame.ts";
import type { Trainable } from "../pretrain/trainable.ts";
import type { DrawnPrompts } from "./drawn-prompts.ts";
import { whiteCoordinates } from "./white-coordinates.ts";

/**
 * One layer of linear self-attention for `pretrain`, on prompts of a Gaussian linear law that are drawn where they are
 * evaluated: a minibatch is an address. The law of loss and gradient is that of sampled prompts, at a cost that does not
 * depend on n; with `"rao-blackwell"` their mean is, and what can be integrated in closed form adds no noise.
 *
 * The token frame is exact here: v = T ṽ with T = diag(A, s), AAᵀ = Σ and s² = E y², of which `layerInTokenFrame`
 * measures an estimate.
 *
 * @param options how prompts are drawn and in which precision; `path` says what runs
 * @param open where loss and gradient are computed; `openThreads` of `@onestep/model/threads` has one for several threads
 * @throws ShapeError, DomainError for a law that is none, or has covariates of no invertible covariance
 *
 * @example
 * const law = { contextLength: 20, covariates: isotropic(5), tasks: isotropic(5), noiseVariance: 0.25 };
 * const layer = layerOnDrawnPrompts(law, { method: "rao-blackwell" });
 * const minibatch = { key: childKey(randomKey(0), "train", 0), count: 100 };
 * (await layer.lossAndGradient(new Float64Array(layer.size), minibatch)).loss > 0; // => true
 */
export function layerOnDrawnPrompts(
  law: GaussianLinearPopulation,
  options: OneLayerOptions = {},
  open: typeof openOneLayer = openOneLayer,
): Trainable<LsaParameters<Matrix>, DrawnPrompts> {
  const white = whiteCoordinates("layerOnDrawnPrompts", law);
  const { whitening, responseScale } = white;
  const { dimension, contextLength } = white.law;
  const width = dimension + 1;
  const size = width * width + width;
  const split = (values: Float64Array) => ({
    keyQuery: values.subarray(0, width * width),
    valueProjection: values.subarray(width * width),
  });
  const layer = open(white.law, options);
  const frame = tokenFrame(whitening, responseScale, contextLength);
  const factors = factorsOf(dimension, contextLength, responseScale);
  const [parameters, gradient] = [new Float64Array(size), new Float64Array(size)];
  return {
    path: layer.name,
    size,
    pack: (layerParameters) => toFrame(frame, layerParameters),
    unpack: (position) => fromFrame(frame, position),
    async lossAndGradient(position, { key, first = 0, count }) {
      requireLength(position, size);
      for (let at = 0; at < size; at++) parameters[at] = factors[at] * position[at];
      try {
        const loss = layer.lossAndGradient(split(parameters), { key, first, count }, split(gradient));
        const slopes = gradient.map((slope, at) => (factors[at] * slope) / responseScale ** 2);
        return orOverflow({ loss, gradient: slopes });
      } catch (error) {
        if (error instanceof NumericalError) return overflowAt(size);
        throw error;
      }
    },
  };
}

/** A position's entries in units of white coordinates: M̃ᵢⱼ/(sᵢsⱼ) and (s/n) ũᵢ/sᵢ, with sᵢ = 1 but s for the response. */
function factorsOf(dimension: number, contextLength: number, responseScale: number): Float64Array {
  const scaleOf = (i: number): number => (i === dimension ? responseScale : 1);
  const axes = Array.from({ length: dimension + 1 }, (_, i) => i);
  const keyQuery = axes.flatMap((i) => axes.map((j) => 1 / (scaleOf(i) * scaleOf(j))));
  const valueProjection = axes.map((i) => responseScale / (contextLength * scaleOf(i)));
  return Float64Array.from([...keyQuery, ...valueProjection]);
}
