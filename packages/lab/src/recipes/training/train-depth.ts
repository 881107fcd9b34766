import {
  childKey,
  inverse,
  isotropic,
  matrix,
  multiply,
  transpose,
  type Covariance,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import { transformerOnDrawnPrompts, type LinearTransformer, type Parametrisation } from "@onestep/model";
import type { RecipeContext } from "../recipe.ts";
import { trainTransformer } from "./train-transformer.ts";

/**
 * Which part of the steps comes first, and the most prompts that each of them sees. The loss of GD++ has local minima: two
 * layers at d = 5, n = 20 without noise have .0865 beside .0575 (`optimalGdPlusPlus` lists both). With 6000 prompts a
 * step from the start, five runs of five ended in the worse one; with 1000, none of thirteen did: their noise leaves what
 * is shallow.
 */
const OPENING = { part: 0.2, promptsPerStep: 1000 };

/** How a deep transformer is trained. */
export interface DepthTraining {
  readonly key: RandomKey;
  readonly contextLength: number;
  /** Σ; tasks are N(0, Σ⁻¹), responses without noise. */
  readonly covariates: Covariance;
  readonly steps: number;
  /** After the opening, which sees 1000 at most. */
  readonly promptsPerStep: number;
  /** Is shown the transformer now and then, every so many steps. */
  readonly watch?: { readonly every: number; readonly see: (step: number, transformer: LinearTransformer) => void };
}

/**
 * Trains a family of transformers on prompts with x ~ N(0, Σ) and w ~ N(0, Σ⁻¹), every minibatch fresh, and returns the
 * transformer that the run ends with.
 *
 * It is trained in white coordinates z = F⁻¹x, FFᵀ = Σ, where the law is isotropic: P = T P̃ T⁻¹ and Q = T⁻ᵀ Q̃ T⁻¹ with
 * T = diag(F, 1) attend to (x, y) as P̃ and Q̃ do to (z, y). There one learning rate suits all entries.
 */
export async function trainDepth<W>(
  family: Parametrisation<W>,
  training: DepthTraining,
  { signal }: Pick<RecipeContext, "signal">,
  onProgress: (part: number) => void,
): Promise<LinearTransformer> {
  const { key, contextLength, covariates, steps, promptsPerStep, watch } = training;
  const { dimension } = covariates;
  const white = {
    contextLength,
    covariates: isotropic(dimension),
    tasks: isotropic(dimension),
    noiseVariance: 0,
  };
  const trained = await trainTransformer(family, {
    key: childKey(key, "initial"),
    model: () => transformerOnDrawnPrompts(family, white),
    prompts: (step) => ({
      key: childKey(key, "train", step),
      count: step < OPENING.part * steps ? Math.min(promptsPerStep, OPENING.promptsPerStep) : promptsPerStep,
    }),
    learningRate: 0.05,
    initialScale: 0.01,
    steps,
    signal,
    onStep: (step, weights) => {
      onProgress(step / steps);
      if (watch !== undefined && step % watch.every === 0) {
        watch.see(step, inCoordinates(covariates, family.transformer(weights)));
      }
    },
  });
  return inCoordinates(covariates, trained);
}

function inCoordinates({ dimension, factor }: Covariance, { layers, ...rest }: LinearTransformer): LinearTransformer {
  const scale = matrix(dimension + 1, dimension + 1);
  for (let i = 0; i < dimension; i++) {
    for (let j = 0; j < dimension; j++) scale.values[i * (dimension + 1) + j] = factor.values[i * dimension + j];
  }
  scale.values[scale.values.length - 1] = 1;
  const inverseScale: Matrix = inverse(scale);
  return {
    ...rest,
    layers: layers.map((heads) =>
      heads.map(({ valueProjection, keyQuery }) => ({
        valueProjection: multiply(scale, valueProjection, inverseScale),
        keyQuery: multiply(transpose(inverseScale), keyQuery, inverseScale),
      })),
    ),
  };
}
