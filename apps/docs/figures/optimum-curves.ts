import { optimalStepLoss, optimalStepSize } from "@onestep/theory";

/** What the reader may move. */
export interface OptimumControls {
  /** d */
  readonly dimension: number;
  /** σ² */
  readonly noiseVariance: number;
}

/** One context length of the figure. */
export interface OptimumPoint {
  /** n */
  readonly contextLength: number;
  /** η* */
  readonly stepSize: number;
  /** L* */
  readonly loss: number;
}

/** The context lengths that the figure shows: 1 to 256. */
export const LONGEST_CONTEXT: number = 256;

/** The optimum at one context length, from `@onestep/theory`. */
export function optimumAt(contextLength: number, controls: OptimumControls): OptimumPoint {
  const setting = { contextLength, ...controls };
  return { contextLength, stepSize: optimalStepSize(setting).value, loss: optimalStepLoss(setting).value };
}

/** The optimum at every whole context length from 1 to 256: the curves are made of these points alone. */
export function optimumCurve(controls: OptimumControls): readonly OptimumPoint[] {
  return Array.from({ length: LONGEST_CONTEXT }, (_, i) => optimumAt(i + 1, controls));
}

/** The rows of the table beside the figure: n = 1, 2, 4, …, 256. */
export function optimumTable(controls: OptimumControls): readonly OptimumPoint[] {
  return Array.from({ length: 9 }, (_, power) => optimumAt(2 ** power, controls));
}

/** Where the step turns from the flat 1/(d+1+σ²) to 1/n: the two are equal at n = d + 1 + σ². */
export function knee({ dimension, noiseVariance }: OptimumControls): number {
  return dimension + 1 + noiseVariance;
}
