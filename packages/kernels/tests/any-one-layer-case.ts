import { childKey, matrix, openStream, randomKey } from "@onestep/core";
import { boolean, constantFrom, integer, oneof, record, tuple, type Arbitrary } from "fast-check";
import type { OneLayerMethod, OneLayerParameters } from "../src/one-layer/block-sums.ts";
import type { LinearGaussianLaw, TaskLaw } from "../src/one-layer/law.ts";

/** A layer, the law of its prompts, and some of them. */
export interface OneLayerCase {
  readonly law: LinearGaussianLaw;
  readonly method: OneLayerMethod;
  readonly antithetic: boolean;
  readonly parameters: OneLayerParameters;
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

/** What a case is made of, so that matrices of 130² entries need not be drawn one by one. */
interface Recipe {
  readonly dimension: number;
  readonly contextLength: number;
  readonly noiseDeviation: number;
  readonly factor: "none" | "number" | "diagonal" | "matrix";
  readonly hasMean: boolean;
  readonly zero: "keyQuery" | "valueProjection" | "neither";
  readonly method: OneLayerMethod;
  readonly wantsAntithetic: boolean;
  readonly seed: number;
  readonly first: number;
  readonly groups: number;
}

/** Small prompts and large ones, n from 1 to a million, without noise or with, and layers that are zero somewhere. */
export const anyOneLayerCase: Arbitrary<OneLayerCase> = tuple(
  oneof({ weight: 4, arbitrary: integer({ min: 1, max: 12 }) }, integer({ min: 13, max: 130 })),
  constantFrom<OneLayerMethod>("rows", "two-column", "rao-blackwell"),
)
  .chain(([dimension, method]) =>
    record({
      dimension: constantFrom(dimension),
      method: constantFrom(method),
      contextLength:
        method === "rows"
          ? integer({ min: 1, max: 9 })
          : constantFrom(1, 2, 3, 20, dimension, dimension + 1, 1_000_000),
      noiseDeviation: constantFrom(0, 0.5, 3),
      factor: constantFrom("none", "number", "diagonal", "matrix"),
      hasMean: boolean(),
      zero: constantFrom("neither", "neither", "neither", "keyQuery", "valueProjection"),
      wantsAntithetic: boolean(),
      seed: integer({ min: 0 }),
      first: integer({ min: 0, max: 1000 }),
      groups: integer({ min: 1, max: 52 }),
    }),
  )
  .map(caseOf);

function caseOf(recipe: Recipe): OneLayerCase {
  const { dimension, method, seed, zero, contextLength, noiseDeviation } = recipe;
  const antithetic = recipe.wantsAntithetic && method !== "rows";
  const group = antithetic ? 4 : 1;
  const draw = (label: string, length: number): Float64Array => {
    const values = new Float64Array(length);
    openStream(childKey(randomKey(seed), label)).fillNormals(values, 0, length);
    return values;
  };
  const parameters = {
    keyQuery: draw("keyQuery", (dimension + 1) ** 2),
    valueProjection: draw("valueProjection", dimension + 1),
  };
  if (zero !== "neither") parameters[zero].fill(0);
  const factors: Record<Recipe["factor"], TaskLaw["factor"]> = {
    none: undefined,
    number: 0.5,
    diagonal: draw("diagonal", dimension),
    matrix: matrix(dimension, dimension, draw("matrix", dimension * dimension)),
  };
  const mean = recipe.hasMean ? draw("mean", dimension) : undefined;
  return {
    law: { dimension, contextLength, noiseDeviation, task: { factor: factors[recipe.factor], mean } },
    method,
    antithetic,
    parameters,
    seed,
    first: group * recipe.first,
    count: 4 * recipe.groups - (antithetic ? 0 : seed % 4),
  };
}
