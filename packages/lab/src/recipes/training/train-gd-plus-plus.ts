import { gdPlusPlusTransformer, sparseTransformer, type LinearTransformer } from "@onestep/model";
import type { RecipeContext } from "../recipe.ts";
import { trainDepth, type DepthTraining } from "./train-depth.ts";

/** Trains layers of GD++; with the mistake `"frozen-covariates"`, layers that leave the covariates alone, P = e eᵀ. */
export function trainGdPlusPlus(
  layers: number,
  training: DepthTraining,
  context: Pick<RecipeContext, "signal" | "defect">,
  onProgress: (part: number) => void,
): Promise<LinearTransformer> {
  const shape = { dimension: training.covariates.dimension, layers };
  return context.defect === "frozen-covariates"
    ? trainDepth(sparseTransformer(shape), training, context, onProgress)
    : trainDepth(gdPlusPlusTransformer(shape), training, context, onProgress);
}
