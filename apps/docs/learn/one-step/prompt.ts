import { childKey, openStream, randomKey } from "@onestep/core";
import { optimalStepSize } from "@onestep/theory";

/** A labelled pair of one covariate. */
export interface Pair {
  readonly x: number;
  readonly y: number;
}

/** A prompt of one covariate: the context, and the query whose response is asked for. */
export interface Prompt {
  readonly pairs: readonly Pair[];
  readonly query: number;
}

/** n and σ² of the prompts that are drawn on the page; d = 1, and the task is standard Gaussian. */
export const SETTING: { readonly contextLength: number; readonly dimension: number; readonly noiseVariance: number } = {
  contextLength: 6,
  dimension: 1,
  noiseVariance: 0.25,
};

/** η* of these prompts, from `@onestep/theory`. */
export const BEST_STEP: number = optimalStepSize(SETTING).value;

/** What the figure has room for, in x and in y. */
export const EXTENT: { readonly x: number; readonly y: number } = { x: 3, y: 4 };

/** The prompt of a seed: y = w x + ε with w and x standard Gaussian. It keeps within the figure, in steps of 0.05. */
export function drawPrompt(seed: number): Prompt {
  const stream = openStream(childKey(randomKey(seed), "learn"));
  const task = stream.normal();
  const deviation = Math.sqrt(SETTING.noiseVariance);
  const pairs = Array.from({ length: SETTING.contextLength }, () => {
    const x = stream.normal();
    return { x: within(x, EXTENT.x), y: within(task * x + deviation * stream.normal(), EXTENT.y) };
  });
  return { pairs, query: within(stream.normal(), EXTENT.x) };
}

/** The nearest multiple of 0.05 from −extent to extent: what a reader can set is what a seed can draw. */
export function within(value: number, extent: number): number {
  return Math.round(Math.min(extent, Math.max(-extent, value)) * 20) / 20 + 0; // no −0
}

/** η yᵢ xᵢ x_q of every pair: what it adds to the prediction. */
export function contributions({ pairs, query }: Prompt, stepSize: number): readonly number[] {
  return pairs.map(({ x, y }) => stepSize * y * x * query);
}

/** The slopes w of the lines y = w x that three algorithms draw through a context. */
export interface Slopes {
  /** η Σ yᵢ xᵢ: one step from w = 0 along the gradient of ½ Σ (yᵢ − w xᵢ)². */
  readonly oneStep: number;
  /** Σ yᵢ xᵢ / (Σ xᵢ² + σ²): the posterior mean. */
  readonly ridge: number;
  /** Σ yᵢ xᵢ / Σ xᵢ², and the shortest solution, 0, where every xᵢ is 0. */
  readonly leastSquares: number;
}

/** What one step, ridge regression with λ = σ², and least squares make of a context. */
export function slopesOf({ pairs }: Prompt, stepSize: number): Slopes {
  const { curvature, pull } = sumsOf(pairs);
  return {
    oneStep: stepSize * pull,
    ridge: pull / (curvature + SETTING.noiseVariance),
    leastSquares: curvature === 0 ? 0 : pull / curvature,
  };
}

/** ½ Σ (yᵢ − w xᵢ)²: a prompt's own least squares, which the step descends. */
export function contextLoss({ pairs }: Prompt, slope: number): number {
  return pairs.reduce((sum, { x, y }) => sum + (y - slope * x) ** 2 / 2, 0);
}

/** Beyond 2/Σ xᵢ² a step ends higher than it began. */
export function stabilityLimit({ pairs }: Prompt): number {
  return 2 / sumsOf(pairs).curvature;
}

/** Σ xᵢ² and Σ yᵢ xᵢ. */
function sumsOf(pairs: readonly Pair[]): { readonly curvature: number; readonly pull: number } {
  return {
    curvature: pairs.reduce((sum, { x }) => sum + x * x, 0),
    pull: pairs.reduce((sum, { x, y }) => sum + x * y, 0),
  };
}
