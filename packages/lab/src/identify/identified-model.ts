import type { PromptBatch } from "@onestep/core";
import type { Learner, LinearTransformer } from "@onestep/model";

/** What can be asked which algorithm it is: a linear transformer by its weights, or anything that predicts. */
export type IdentifiedModel = LinearTransformer | Pick<Learner, "predict">;

/** Whether a model has weights to read: then no query need be drawn. */
export function hasWeights(model: IdentifiedModel): model is LinearTransformer {
  return "layers" in model;
}

/** The same prompts with every response of their contexts multiplied by −1. */
export function withMirroredResponses(prompts: PromptBatch): PromptBatch {
  return { ...prompts, responses: prompts.responses.map((response) => -response) };
}
