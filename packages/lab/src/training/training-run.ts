import { childKey, float64Backend, type LsaParameters, type Matrix, type RandomKey } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import {
  float64Engine,
  kernelEngine,
  lsaHeads,
  pretrain,
  resume,
  transformerEngine,
  type LinearTransformer,
  type LsaEngine,
  type PretrainingPlan,
  type PretrainingSnapshot,
  type PretrainingState,
  type TransformerEngine,
} from "@onestep/model";
import { PRECISIONS, trainingSource } from "../training-source.ts";
import { isOneFullHead, type TrainingConfig } from "./config.ts";
import { familyOf } from "./families.ts";
import { inResponseUnits, inWhiteCoordinates } from "./in-white-coordinates.ts";
import { minibatches, responseScaleOf } from "./minibatches.ts";
import { courseOfLayer, courseOfTransformer, withoutNoise, type Course } from "./pretraining-plan.ts";

/** A backend, opened: TensorFlow.js is loaded by whoever runs the training. */
export interface TrainingEngines {
  readonly layer: LsaEngine;
  readonly transformer: TransformerEngine;
}

/** The states of a training, and the model that each of them is. */
export interface TrainingRun {
  readonly states: AsyncGenerator<PretrainingState<unknown>, void, undefined>;
  readonly transformerOf: (state: PretrainingState<unknown>) => LinearTransformer;
}

/** What may end a run or keep its states. */
type Interplay = Pick<PretrainingPlan, "checkpoints"> & { readonly signal?: { readonly aborted: boolean } };

/** The engines of the backends that need nothing loaded. */
export function builtInEngines({ backend }: TrainingConfig): TrainingEngines | undefined {
  const transformer = transformerEngine(float64Backend());
  if (backend === "float64") return { layer: float64Engine(), transformer };
  const precision = PRECISIONS[backend];
  return precision === undefined ? undefined : { layer: kernelEngine({ precision }), transformer };
}

/** How a training is started. */
export interface RunStart extends Interplay {
  /** Its prompts are at `key/train:step`, its initial draws at `key/initial`. */
  readonly key: RandomKey;
  readonly engines: TrainingEngines;
  /** Where to go on. */
  readonly snapshot?: PretrainingSnapshot | undefined;
}

/** Starts the training that a config means, or goes on with it. */
export function startRun(config: TrainingConfig, law: PromptLaw, start: RunStart): TrainingRun {
  const { model, training } = config;
  const isLayer = isOneFullHead(model);
  const course = isLayer ? courseOfLayer(training) : courseOfTransformer(training);
  if (training.method === "exact") return runTransformer(config, law, withoutNoise(course), start);
  return isLayer ? runLayer(config, law, course, start) : runTransformer(config, law, course, start);
}

function runLayer(
  { training: { batch, method } }: TrainingConfig,
  law: PromptLaw,
  course: Course,
  { key, engines, snapshot, ...interplay }: RunStart,
): TrainingRun {
  const source = trainingSource(law, engines.layer, {
    key,
    count: batch!,
    method: method === "rao-blackwell" ? method : undefined,
  });
  return {
    states: source.pretrain({ ...course, ...interplay, key: childKey(key, "initial") }, snapshot),
    transformerOf: ({ parameters }) => lsaHeads([parameters as LsaParameters<Matrix>]),
  };
}

function runTransformer(
  config: TrainingConfig,
  law: PromptLaw,
  course: Course,
  { key, snapshot, engines, ...interplay }: RunStart,
): TrainingRun {
  const responseScale = responseScaleOf(law, key);
  const family = inWhiteCoordinates(familyOf(config.model, law.dimension), law.covariates.covariance, responseScale);
  const { trainable, prompts } = minibatches(config, law, family, key, engines.transformer);
  const plan = {
    ...course,
    ...interplay,
    key: childKey(key, "initial"),
    model: () => inResponseUnits(trainable, responseScale),
    prompts,
  };
  return {
    states: snapshot === undefined ? pretrain(plan) : resume(plan, snapshot),
    transformerOf: ({ parameters }) => family.transformer(parameters),
  };
}
