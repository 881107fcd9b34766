import { NumericalError, toRows, trace, type Estimate, type PromptMoments, type RandomKey } from "@onestep/core";
import type { PromptLaw } from "@onestep/data";
import { populationLoss, type LinearTransformer } from "@onestep/model";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { modelLoss } from "../measure/model-loss.ts";
import { relativeDistance } from "../measure/preconditioner-distance.ts";
import { headsOfLayer, stepOfLayer } from "../measure/step-of-layer.ts";
import { isOneFullHead, type TrainingConfig } from "./config.ts";
import type { KnownOptimum } from "./known-optimum.ts";
import type { TrainedParameters, TrainingPoint, TrainingReport } from "./training-report.ts";

// What is read off a trained model, and how it stands to the optimum.

/** A loss is estimated on a tenth as many contexts as the model was trained on, within these. */
const LEAST_FRESH = 10_000;
const MOST_FRESH = 100_000;

/** What is read off a model, or undefined where its numbers overflow on the way: a run that diverges ends with such. */
export function unlessOverflow<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof NumericalError) return undefined;
    throw error;
  }
}

/** The loss of one layer of one head on a Gaussian linear law; undefined for other models and laws. */
export function exactLossOf(law: PromptLaw, transformer: LinearTransformer): number | undefined {
  const population = gaussianLinearPopulation(law);
  const heads = headsOfLayer(transformer, law);
  return population !== undefined && heads?.length === 1 ? populationLoss(population, heads[0]).loss : undefined;
}

/** The loss of a model: exact where that is known, an estimate otherwise. */
export function lossOf(
  { training: { steps, batch = 0 } }: TrainingConfig,
  law: PromptLaw,
  transformer: LinearTransformer,
  {
    key,
    ...known
  }: {
    readonly key: RandomKey;
    readonly moments: PromptMoments | undefined;
    readonly optimum: KnownOptimum | undefined;
  },
): Pick<Estimate, "value" | "standardError"> {
  const exact = exactLossOf(law, transformer);
  if (exact !== undefined) return { value: exact, standardError: 0 };
  const count = Math.min(MOST_FRESH, Math.max(LEAST_FRESH, Math.ceil((steps * batch) / 10)));
  const { moments, optimum } = known;
  const reference =
    optimum?.transformer === undefined ? undefined : { transformer: optimum.transformer, loss: optimum.loss };
  return modelLoss(law, transformer, { key, count }, { moments, reference });
}

/** A loss beside that of the optimum. */
export function besideOptimum(
  loss: Pick<Estimate, "value" | "standardError"> | undefined,
  optimum: KnownOptimum | undefined,
): Pick<TrainingReport, "loss" | "standardError" | "optimalLoss" | "optimum" | "excessLoss"> {
  const observed = { loss: loss?.value ?? null, standardError: loss?.standardError ?? null };
  if (optimum === undefined) return observed;
  const { loss: optimalLoss, preconditioner, transformer: _transformer, ...passport } = optimum;
  return {
    ...observed,
    optimalLoss,
    ...(loss === undefined ? {} : { excessLoss: loss.value - optimalLoss }),
    optimum: { ...passport, ...(preconditioner === undefined ? {} : { preconditioner: toRows(preconditioner) }) },
  };
}

/** The step of one layer in two numbers: how far it is from Γ*, and how long. */
export function stepFacts(
  law: PromptLaw,
  transformer: LinearTransformer,
  optimum: KnownOptimum | undefined,
): Pick<TrainingPoint, "distance" | "stepSize"> {
  const step = unlessOverflow(() => stepOfLayer(transformer, law));
  if (step === undefined) return {};
  const best = optimum?.preconditioner;
  const hasLength = best !== undefined && best.values.some((entry) => entry !== 0);
  return {
    ...(hasLength ? { distance: relativeDistance(step, best) } : {}),
    stepSize: trace(step) / law.dimension,
  };
}

/** Γ of one layer, row by row. */
export function stepRows(law: PromptLaw, transformer: LinearTransformer): Pick<TrainingReport, "preconditioner"> {
  const step = unlessOverflow(() => stepOfLayer(transformer, law));
  return step === undefined ? {} : { preconditioner: toRows(step) };
}

/** The weights as rows: (M, u) of one layer of one head, P and Q of every other model. */
export function parametersOf(
  { model }: TrainingConfig,
  law: PromptLaw,
  transformer: LinearTransformer,
): TrainedParameters {
  const heads = isOneFullHead(model) ? headsOfLayer(transformer, law) : undefined;
  if (heads !== undefined) {
    const [{ keyQuery, valueProjection }] = heads;
    return { keyQuery: toRows(keyQuery), valueProjection: Array.from(valueProjection.values) };
  }
  const { layers, dividesByLength } = transformer;
  return {
    P: layers.map((layer) => layer.map(({ valueProjection }) => toRows(valueProjection))),
    Q: layers.map((layer) => layer.map(({ keyQuery }) => toRows(keyQuery))),
    dividesByLength,
  };
}
