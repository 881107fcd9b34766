import { childKey, type RandomKey } from "@onestep/core";
import { sampleContextStatistics, type PromptLaw } from "@onestep/data";
import { transformerOnStatistics, type LinearTransformer, type Parametrisation } from "@onestep/model";
import type { RecipeContext } from "../recipe.ts";
import { trainTransformer } from "./train-transformer.ts";

/** Prompts of a minibatch. */
const MINIBATCH = 1000;

/** How families are trained. */
export interface StatisticsTraining {
  readonly key: RandomKey;
  readonly stepsPerLayer: number;
  /** Minibatches that are drawn; steps take one after the other, again and again. */
  readonly minibatches: number;
}

/**
 * Trains families of transformers on the same prompts of a law, through the statistics of their contexts, and returns
 * the transformer that each run ends with.
 */
export async function trainOnStatistics<W>(
  families: readonly Parametrisation<W>[],
  law: PromptLaw,
  { key, stepsPerLayer, minibatches }: StatisticsTraining,
  { signal }: Pick<RecipeContext, "signal">,
  onProgress: (part: number) => void,
): Promise<LinearTransformer[]> {
  const drawn = Array.from({ length: minibatches }, (_, i) =>
    sampleContextStatistics(law, { key: childKey(key, "prompts"), count: MINIBATCH, from: i * MINIBATCH }),
  );
  const trained: LinearTransformer[] = [];
  for (const [at, family] of families.entries()) {
    const { layers } = family.transformer(family.unpack(new Float64Array(family.size)));
    const transformer = await trainTransformer(family, {
      key: childKey(key, "family", at),
      model: () => transformerOnStatistics(family),
      prompts: (step) => drawn[step % minibatches],
      learningRate: 0.03,
      initialScale: 0.01,
      steps: stepsPerLayer * layers.length,
      signal,
      onStep: () => onProgress(at / families.length),
    });
    trained.push(transformer);
  }
  return trained;
}
