import type { RandomKey } from "@onestep/core";
import {
  adam,
  clipped,
  cosineRate,
  pretrain,
  type LinearTransformer,
  type Parametrisation,
  type Trainable,
} from "@onestep/model";

/** How a transformer is trained. */
export interface TransformerTraining<W, B> {
  /** The address of the initial weights. */
  readonly key: RandomKey;
  readonly model: () => Trainable<W, B>;
  readonly prompts: (step: number) => B;
  readonly steps: number;
  readonly learningRate: number;
  readonly initialScale?: number;
  /** An `AbortSignal`. */
  readonly signal: { readonly aborted: boolean };
  readonly onStep: (step: number, weights: W) => void;
}

/**
 * Trains a family of transformers with Adam, whose rate falls along a cosine, and returns the average of the run's last
 * fifth. Gradients are clipped: a rare wide context outweighs thousands of others.
 */
export async function trainTransformer<W, B>(
  family: Parametrisation<W>,
  training: TransformerTraining<W, B>,
): Promise<LinearTransformer> {
  const { learningRate, onStep, ...plan } = training;
  const run = pretrain({
    optimizer: clipped(adam({ learningRate }), { norm: 1 }),
    schedule: cosineRate({ final: 0.02 }),
    averagedPart: 0.2,
    ...plan,
  });
  let last: W | undefined;
  for await (const { step, parameters } of run) {
    last = parameters;
    onStep(step, parameters);
  }
  return family.transformer(last!);
}
