import { childKey, type ContextStatistics, type PromptBatch, type RandomKey } from "@onestep/core";
import { promptMoments, sampleContextStatistics, samplePrompts, splitQueries, type PromptLaw } from "@onestep/data";
import {
  trainableOnPopulation,
  trainableTransformer,
  transformerOnDrawnPrompts,
  transformerOnStatistics,
  type Trainable,
  type TransformerEngine,
} from "@onestep/model";
import { attempt } from "../attempt.ts";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { trainingPath } from "../training-path.ts";
import { PRECISIONS } from "../training-source.ts";
import type { TrainingConfig } from "./config.ts";
import type { Family } from "./families.ts";

/** A family with its prompts: drawn by kernels, as statistics, or, where queries share a context, row by row. */
export function minibatches(
  { training: { method, batch = 0 }, backend, model: { heads } }: TrainingConfig,
  law: PromptLaw,
  family: Family,
  key: RandomKey,
  transformer: TransformerEngine,
): { trainable: Trainable<unknown, never>; prompts: (step: number) => never } {
  const at = (step: number): { key: RandomKey; count: number } => ({ key: childKey(key, "train", step), count: batch });
  const pair = <B>(trainable: Trainable<unknown, B>, prompts: (step: number) => B) =>
    ({ trainable, prompts }) as unknown as ReturnType<typeof minibatches>;
  if (method === "exact") {
    const trainable = trainableOnPopulation(family, gaussianLinearPopulation(law)!);
    return pair({ path: "float64 population", ...trainable }, () => undefined);
  }
  const statistics = (step: number): ContextStatistics => sampleContextStatistics(law, at(step));
  const rows = (step: number): PromptBatch => splitQueries(samplePrompts(law, at(step)));
  const precision = PRECISIONS[backend];
  const literal = trainableTransformer(family, transformer);
  if (law.queries > 1) return pair({ path: `${transformer.name} rows`, ...literal }, rows);
  if (precision === undefined) return pair({ path: `${transformer.name} statistics`, ...literal }, statistics);
  const path = trainingPath(law, batch);
  return path.kind === "drawn" && heads === 1
    ? pair(transformerOnDrawnPrompts(family, path.population, { precision }), at)
    : pair(transformerOnStatistics(family, { precision }), statistics);
}

/** How many prompts measure E y² where the law does not declare it. */
const MEASURED = 1000;

/** √E y², or 1 where responses are silent. */
export function responseScaleOf(law: PromptLaw, key: RandomKey): number {
  const declared = attempt(() => promptMoments(law))?.responseSecondMoment;
  return Math.sqrt(declared ?? measuredEnergy(law, key)) || 1;
}

function measuredEnergy(law: PromptLaw, key: RandomKey): number {
  const { responseEnergy, contextLength, lengths } = sampleContextStatistics(law, {
    key: childKey(key, "scale"),
    count: MEASURED,
    gram: false,
  });
  const energies = responseEnergy.map((energy, i) => energy / (lengths?.[i] ?? contextLength));
  return energies.reduce((sum, energy) => sum + energy, 0) / MEASURED;
}
