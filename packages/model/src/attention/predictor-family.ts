import { checkPrompts, DomainError, type PromptBatch } from "@onestep/core";
import { requirePredictions } from "../engine/overflow.ts";
import { requireLength } from "../deep/parametrisations/parametrisation.ts";
import { requireOneQuery } from "../lsa/one-query.ts";
import { orOverflow } from "../pretrain/overflow.ts";
import type { Trainable } from "../pretrain/trainable.ts";

/** A family of predictors with a few parameters P, for `pretrain`: its gradient is written by hand. */
export interface PredictorFamily<P> extends Trainable<P> {
  /**
   * ŷ of each prompt, `[B]`
   *
   * @throws ShapeError, DomainError for parameters or prompts that are none; NumericalError where a prediction overflows
   */
  readonly predict: (parameters: P, prompts: PromptBatch) => Float64Array;
}

/** What one prompt of a batch says about a position: ŷ, and ∂ŷ by each number of the position. */
export interface PromptSlopes {
  readonly prediction: number;
  readonly slopes: readonly number[];
}

/** A family with the batch loss L = (1/B) Σ (ŷ − y_q)², ∂L = (2/B) Σ (ŷ − y_q) ∂ŷ, from what it does on one prompt. */
export function predictorFamily<P>(family: {
  readonly name: string;
  readonly size: number;
  readonly pack: (parameters: P) => Float64Array;
  readonly unpack: (position: Float64Array) => P;
  readonly onPrompt: (position: Float64Array, prompts: PromptBatch, prompt: number) => PromptSlopes;
}): PredictorFamily<P> {
  const { name, size, pack, unpack, onPrompt } = family;
  return {
    size,
    pack,
    unpack(position) {
      requireLength(position, size);
      return unpack(position);
    },
    predict(parameters, prompts) {
      const position = pack(parameters);
      check(`${name}.predict`, position, prompts);
      const predictions = Float64Array.from(
        { length: prompts.count },
        (_, prompt) => onPrompt(position, prompts, prompt).prediction,
      );
      return requirePredictions(`${name}.predict`, predictions);
    },
    async lossAndGradient(position, prompts) {
      check(`${name}.lossAndGradient`, position, prompts);
      const gradient = new Float64Array(size);
      let loss = 0;
      for (let prompt = 0; prompt < prompts.count; prompt++) {
        const { prediction, slopes } = onPrompt(position, prompts, prompt);
        const residual = prediction - prompts.queryResponses[prompt];
        loss += (residual * residual) / prompts.count;
        slopes.forEach((slope, at) => (gradient[at] += (2 * residual * slope) / prompts.count));
      }
      return orOverflow({ loss, gradient });
    },
  };
}

function check(where: string, position: Float64Array, prompts: PromptBatch): void {
  requireOneQuery(where, prompts);
  checkPrompts(where, prompts);
  if (position.every(Number.isFinite)) return;
  throw new DomainError({
    where,
    expected: "finite parameters",
    arrived: position.join(", "),
    hint: "the run that made them diverged: use a smaller learning rate",
  });
}

/** ⟨xᵢ, x_q⟩ for the pairs of one prompt, as many as it has. */
export function queryScores(prompts: PromptBatch, prompt: number): Float64Array {
  const { contextLength, dimension: d, covariates, queryCovariates, lengths } = prompts;
  const scores = new Float64Array(lengths?.[prompt] ?? contextLength);
  for (let i = 0; i < scores.length; i++) {
    const row = (prompt * contextLength + i) * d;
    for (let k = 0; k < d; k++) scores[i] += covariates[row + k] * queryCovariates[prompt * d + k];
  }
  return scores;
}
