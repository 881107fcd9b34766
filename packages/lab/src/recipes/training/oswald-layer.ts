import {
  childKey,
  diagonal,
  identity,
  matrix,
  scale,
  toRows,
  type LsaParameters,
  type Matrix,
  type RandomKey,
} from "@onestep/core";
import {
  expectedSquaredError,
  gaussianTasks,
  linearTarget,
  noNoise,
  promptLaw,
  samplePrompts,
  splitQueries,
  uniformCovariates,
  type IntegratedQueries,
  type PromptLaw,
} from "@onestep/data";
import {
  adam,
  inverseTime,
  kernelEngine,
  layerInTokenFrame,
  normalizedGradient,
  pretrain,
  type PretrainingState,
} from "@onestep/model";
import type { RecipeContext } from "../recipe.ts";

/** The prompts of 2212.07677: x uniform on (−range, range)^d, w ~ N(0, I), responses without noise. */
export interface OswaldLaw {
  readonly contextLength: number;
  readonly dimension: number;
  readonly range: number;
  /** Queries to a context, each a prompt of its own for the layer; default 1 */
  readonly queries?: number;
}

export function oswaldLaw({ contextLength, dimension, range, queries = 1 }: OswaldLaw): PromptLaw {
  return promptLaw({
    contextLength,
    covariates: uniformCovariates({ mixing: toRows(scale(identity(dimension), range / Math.sqrt(3))) }),
    target: linearTarget({ tasks: gaussianTasks({ dimension }) }),
    noise: noNoise(),
    queries,
  });
}

/** How a layer is trained: several random starts race for a while, and the best goes on. */
const STARTS = 3;
const RACE = 180;

/**
 * Trains one layer of linear self-attention on fresh prompts from small random parameters, and yields the state after
 * every step. The last state carries the average over the run’s tail.
 */
export function trainOswaldLayer(
  law: PromptLaw,
  plan: { readonly key: RandomKey; readonly steps: number; readonly contextsPerStep: number },
  { signal }: Pick<RecipeContext, "signal">,
): AsyncGenerator<PretrainingState, void, undefined> {
  const { key, steps, contextsPerStep } = plan;
  return pretrain({
    key: childKey(key, "initial"),
    model: layerInTokenFrame(kernelEngine()),
    prompts: (step) => splitQueries(samplePrompts(law, { key: childKey(key, "train", step), count: contextsPerStep })),
    optimizer: adam({ learningRate: 0.02 }),
    schedule: inverseTime({ from: 0.3, final: 0.02 }),
    initialScale: 1e-4,
    screening: {
      starts: STARTS,
      steps: RACE,
      optimizer: normalizedGradient({ rate: 0.1 }),
      schedule: (done) => (done < 0.7 ? 1 : 0.1),
    },
    steps,
    signal,
  });
}

/** The layer that takes the step Γ = ηI, with u = u_y·e in the gauge of another layer, so that weights can be mixed. */
export function gaugedStep(stepSize: number, { valueProjection }: LsaParameters<Matrix>): LsaParameters<Matrix> {
  const width = valueProjection.values.length;
  const response = valueProjection.values[width - 1];
  const keyQuery = new Float64Array(width).fill(stepSize / response, 0, width - 1);
  const direction = new Float64Array(width);
  direction[width - 1] = response;
  return { keyQuery: diagonal(keyQuery), valueProjection: matrix(width, 1, direction) };
}

/** The squared error of ŷ = ⟨ŵ, x_q⟩ on each context, its query integrated out. */
export function errorsOf(queries: IntegratedQueries, weights: Float64Array): Float64Array {
  const { count } = queries;
  const d = weights.length / count;
  return Float64Array.from({ length: count }, (_, i) =>
    expectedSquaredError(queries, i, weights.subarray(i * d, (i + 1) * d)),
  );
}
