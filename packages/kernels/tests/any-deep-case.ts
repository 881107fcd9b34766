import { childKey, matrix, openStream, randomKey } from "@onestep/core";
import { boolean, constantFrom, integer, oneof, record, tuple, type Arbitrary } from "fast-check";
import type { DeepWeights } from "../src/deep/sums.ts";
import type { LinearGaussianLaw, TaskLaw } from "../src/one-layer/law.ts";

/** A linear transformer, the law of its prompts, and some of them. */
export interface DeepCase {
  readonly law: LinearGaussianLaw;
  readonly layers: number;
  readonly weights: DeepWeights;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** What a case is made of, so that matrices of 130² entries need not be drawn one by one. */
export interface DeepRecipe {
  readonly dimension: number;
  readonly layers: number;
  readonly contextLength: number;
  readonly noiseDeviation: number;
  readonly factor: "none" | "number" | "diagonal" | "matrix";
  readonly hasMean: boolean;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** Transformers of up to six layers and tokens of every remainder by 3, n from 1 to a million, and odd batches. */
export const anyDeepCase: Arbitrary<DeepCase> = tuple(
  oneof({ weight: 4, arbitrary: integer({ min: 1, max: 9 }) }, integer({ min: 10, max: 40 })),
  integer({ min: 1, max: 6 }),
)
  .chain(([dimension, layers]) =>
    record({
      dimension: constantFrom(dimension),
      layers: constantFrom(dimension > 9 ? Math.min(layers, 3) : layers),
      contextLength: constantFrom(1, 2, 3, 20, dimension, dimension + 1, 1_000_000),
      noiseDeviation: constantFrom(0, 0.5, 3),
      factor: constantFrom("none", "number", "diagonal", "matrix"),
      hasMean: boolean(),
      seed: integer({ min: 0 }),
      first: integer({ min: 0, max: 1000 }),
      count: integer({ min: 1, max: dimension > 9 ? 30 : 120 }),
    }),
  )
  .map(deepCaseOf);

/** The case of a recipe. Even the absolute values of its weights keep tokens from growing with every layer. */
export function deepCaseOf(recipe: DeepRecipe): DeepCase {
  const { dimension, layers, seed, first, count, contextLength, noiseDeviation } = recipe;
  const draw = (label: string, length: number, scale: number): Float64Array => {
    const values = new Float64Array(length);
    openStream(childKey(randomKey(seed), label)).fillNormals(values, 0, length);
    return values.map((entry) => scale * entry);
  };
  const width = dimension + 1;
  // Loss and gradient are polynomials in G whose degree grows as 3ᴸ.
  const size = layers <= 4 ? 0.4 : 0.05;
  const drawLayers = (label: string): Float64Array[] =>
    Array.from({ length: layers }, (_, layer) => draw(`${label} ${layer}`, width * width, size / (layers * width)));
  const factors: Record<DeepRecipe["factor"], TaskLaw["factor"]> = {
    none: undefined,
    number: 0.5,
    diagonal: draw("diagonal", dimension, 1),
    matrix: matrix(dimension, dimension, draw("matrix", dimension * dimension, 1 / Math.sqrt(dimension))),
  };
  const mean = recipe.hasMean ? draw("mean", dimension, 1) : undefined;
  return {
    law: { dimension, contextLength, noiseDeviation, task: { factor: factors[recipe.factor], mean } },
    layers,
    weights: { valueProjections: drawLayers("value"), keyQueries: drawLayers("key") },
    seed,
    first,
    count,
  };
}
