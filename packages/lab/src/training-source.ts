import { childKey, type LsaParameters, type Matrix, type RandomKey } from "@onestep/core";
import { sampleContextStatistics, samplePrompts, splitQueries, type PromptLaw } from "@onestep/data";
import {
  layerInTokenFrame,
  layerOnDrawnPrompts,
  layerOnStatistics,
  pretrain,
  resume,
  type LsaEngine,
  type PretrainingPlan,
  type PretrainingSnapshot,
  type PretrainingState,
} from "@onestep/model";
import { trainingPath } from "./training-path.ts";

/** One layer with its training prompts. */
export interface TrainingSource {
  /** Trains it by a plan: from the beginning, or from a snapshot on. */
  pretrain(
    plan: Omit<PretrainingPlan<LsaParameters<Matrix>, unknown>, "model" | "prompts">,
    snapshot?: PretrainingSnapshot,
  ): AsyncGenerator<PretrainingState, void, undefined>;
}

/** The engines that have more than one path, by their names. */
export const PRECISIONS: Readonly<Record<string, "float32" | "float64">> = { wasm: "float64", "wasm-f32": "float32" };

/**
 * The prompts of a law for an engine, `count` of them a step, at `key/train:step`. On kernels they take the cheapest path;
 * every other engine reads rows. All paths have the same law of loss and gradient.
 *
 * @param options.method where kernels draw the prompts of a Gaussian linear law: `"rao-blackwell"` takes what is known of
 * the mean in closed form
 */
export function trainingSource(
  law: PromptLaw,
  engine: LsaEngine,
  {
    key,
    count,
    method,
  }: { readonly key: RandomKey; readonly count: number; readonly method?: "rao-blackwell" | undefined },
): TrainingSource {
  const at = (step: number): { key: RandomKey; count: number } => ({ key: childKey(key, "train", step), count });
  const precision = PRECISIONS[engine.name];
  const path = precision === undefined ? ({ kind: "rows" } as const) : trainingPath(law, count);
  switch (path.kind) {
    case "drawn":
      return sourceOf(() => layerOnDrawnPrompts(path.population, { precision, method }), at);
    case "statistics":
      return sourceOf(layerOnStatistics({ precision }), (step) => sampleContextStatistics(law, at(step)));
    case "rows":
      return sourceOf(layerInTokenFrame(engine), (step) => splitQueries(samplePrompts(law, at(step))));
  }
}

function sourceOf<B>(
  model: PretrainingPlan<LsaParameters<Matrix>, B>["model"],
  prompts: (step: number) => B,
): TrainingSource {
  return {
    pretrain(plan, snapshot) {
      const whole = { ...plan, model, prompts };
      return snapshot === undefined ? pretrain(whole) : resume(whole, snapshot);
    },
  };
}
