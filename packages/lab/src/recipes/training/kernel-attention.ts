import { childKey, exp, type Estimate, type PromptBatch, type RandomKey } from "@onestep/core";
import { samplePrompts, type PromptLaw } from "@onestep/data";
import { ratioOfMeans } from "../../measure/ratio-of-means.ts";

/** Prompts drawn at a time. */
const CHUNK = 5000;

/** The name of an activation. */
export type Kernel = "linear" | "relu" | "exp" | "square";

export const kernelNames: readonly Kernel[] = ["linear", "relu", "exp", "square"];

/** Attention h(⟨xᵢ, x_q⟩) before its output is scaled. */
export const activations: Readonly<Record<Kernel, (score: number) => number>> = {
  linear: (s) => s,
  relu: (s) => Math.max(s, 0),
  exp: (s) => exp(s / 5),
  square: (s) => s * s,
};

/** What is drawn for the layers of a recipe. */
export interface KernelPlan {
  readonly law: PromptLaw;
  readonly key: RandomKey;
  /** c of the softmax heads, whose scores are ±c⟨xᵢ, x_q⟩ */
  readonly scores: readonly number[];
  /** With which the second head enters. */
  readonly sign: 1 | -1;
  readonly tick: (part: number) => void;
}

/** A layer, fitted and tested. */
export interface Tested {
  /** The squared error on each fresh prompt. */
  readonly errors: Float64Array;
  /** Their mean over that of y². */
  readonly error: Estimate;
  /** Of the prompts that the scale was fitted on. */
  readonly fittedLoss: number;
}

/** The features of a layer on each prompt and the responses to predict. */
interface Drawn {
  readonly features: ReadonlyMap<string, Float64Array>;
  readonly responses: Float64Array;
}

/** Fits the output scale of every layer by least squares on some prompts, and tests it on others. */
export function fitAndTest(plan: KernelPlan, fitted: number, tested: number): Map<string, Tested> {
  const draw = (name: string, count: number, from: number, part: number): Drawn =>
    drawFeatures({ ...plan, key: childKey(plan.key, name), tick: (done) => plan.tick(from + part * done) }, count);
  const share = fitted / (fitted + tested);
  const [fit, test] = [draw("fit", fitted, 0, share), draw("test", tested, share, 1 - share)];
  const squares = test.responses.map((y) => y * y);
  const models = new Map<string, Tested>();
  for (const [name, features] of fit.features) {
    const sum = (of: (at: number) => number): number => features.reduce((total, _, at) => total + of(at), 0);
    const reward = sum((at) => fit.responses[at] * features[at]);
    const cost = sum((at) => features[at] ** 2);
    const scale = cost > 0 ? reward / cost : 0;
    const fresh = test.features.get(name)!;
    const errors = test.responses.map((y, at) => (y - scale * fresh[at]) ** 2);
    models.set(name, { errors, error: ratioOfMeans(errors, squares), fittedLoss: -scale * reward });
  }
  return models;
}

function drawFeatures({ law, key, scores, sign, tick }: KernelPlan, count: number): Drawn {
  const names = [...kernelNames, ...scores.flatMap((c) => [`one head, c = ${c}`, `two heads, c = ${c}`])];
  const features = new Map(names.map((name) => [name, new Float64Array(count)]));
  const responses = new Float64Array(count);
  for (let from = 0; from < count; from += CHUNK) {
    tick(from / count);
    const prompts = samplePrompts(law, { key, from, count: Math.min(CHUNK, count - from) });
    responses.set(prompts.queryResponses, from);
    for (let i = 0; i < prompts.count; i++) {
      const n = prompts.contextLength;
      const [inner, y] = [innerProducts(prompts, i), prompts.responses.subarray(i * n, (i + 1) * n)];
      for (const name of kernelNames) {
        const activation = activations[name];
        features.get(name)![from + i] = inner.reduce((sum, score, row) => sum + y[row] * activation(score), 0);
      }
      for (const c of scores) {
        const up = softmaxMean(c, inner, y);
        features.get(`one head, c = ${c}`)![from + i] = up;
        features.get(`two heads, c = ${c}`)![from + i] = up + sign * softmaxMean(-c, inner, y);
      }
    }
  }
  return { features, responses };
}

/** ⟨xᵢ, x_q⟩ for all pairs of a prompt. */
function innerProducts(
  { contextLength, dimension: d, covariates, queryCovariates }: PromptBatch,
  prompt: number,
): Float64Array {
  const inner = new Float64Array(contextLength);
  for (let i = 0; i < contextLength; i++) {
    const row = (prompt * contextLength + i) * d;
    for (let k = 0; k < d; k++) inner[i] += covariates[row + k] * queryCovariates[prompt * d + k];
  }
  return inner;
}

/** The mean of the responses with weights softmax(c·s). */
function softmaxMean(c: number, scores: Float64Array, responses: Float64Array): number {
  const largest = scores.reduce((most, score) => Math.max(most, c * score), -Infinity);
  let [sum, total] = [0, 0];
  scores.forEach((score, i) => {
    const weight = exp(c * score - largest);
    total += weight;
    sum += weight * responses[i];
  });
  return sum / total;
}

/** Of the models whose names begin alike, the one that fitted best. */
export function bestOf(models: ReadonlyMap<string, Tested>, prefix: string): Tested {
  const family = [...models].filter(([name]) => name.startsWith(prefix)).map(([, model]) => model);
  return family.reduce((best, model) => (model.fittedLoss < best.fittedLoss ? model : best));
}
