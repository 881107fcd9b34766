import {
  childKey,
  matrix,
  multiply,
  openStream,
  pseudoInverse,
  randomKey,
  transpose,
  type Matrix,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { fitQueries, inverseOnSupport, predictQueries, type QueryRegression } from "./query-regression.ts";

const stream = openStream(childKey(randomKey(8), "query regression"));
const normals = (count: number): Float64Array => {
  const values = new Float64Array(count);
  stream.fillNormals(values, 0, count);
  return values;
};

/** Least squares on x_q ⊗ F, features written out and solved by the pseudo-inverse of the design. */
const directPredictions = (regression: QueryRegression, responses: Float64Array): Float64Array => {
  const { queries, dimension: d, width, queryCovariates, features } = regression;
  const total = responses.length;
  const values = new Float64Array(total * d * width);
  for (let query = 0; query < total; query++) {
    const prompt = Math.floor(query / queries);
    for (let j = 0; j < d; j++) {
      for (let k = 0; k < width; k++) {
        values[(query * d + j) * width + k] = queryCovariates[query * d + j] * features[prompt * width + k];
      }
    }
  }
  const design = matrix(total, d * width, values);
  const normal = multiply(transpose(design), design);
  const against = multiply(transpose(design), matrix(total, 1, responses));
  return multiply(design, multiply(pseudoInverse(normal, 1e-10), against)).values;
};

const everyPrompt = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe("fitQueries predicts what direct least squares predict", () => {
  const regression = {
    queries: 2,
    dimension: 3,
    width: 4,
    queryCovariates: normals(60 * 2 * 3),
    features: normals(60 * 4),
  };
  const responses = normals(60 * 2);

  it("where the features are independent", () => {
    const fitted = predictQueries(regression, fitQueries(regression, responses, everyPrompt(60)), everyPrompt(60));
    expectClose(fitted, directPredictions(regression, responses), 1e-5);
  });

  it("where they are of very different sizes", () => {
    const sizes = [1, 1e-6, 1e5, 3];
    const scaled = { ...regression, features: regression.features.map((value, at) => value * sizes[at % 4]) };
    const fitted = predictQueries(scaled, fitQueries(scaled, responses, everyPrompt(60)), everyPrompt(60));
    expectClose(fitted, directPredictions(regression, responses), 1e-5);
  });

  it("where they depend on one another, as the diagonal of S does for fair signs", () => {
    const { features } = regression;
    const dependent = features.map((value, at) => (at % 4 === 3 ? features[at - 1] + 2 * features[at - 2] : value));
    const tied = { ...regression, features: dependent };
    const fitted = predictQueries(tied, fitQueries(tied, responses, everyPrompt(60)), everyPrompt(60));
    expectClose(fitted, directPredictions(tied, responses), 1e-5);
  });

  it("where there are fewer queries than coefficients, and it meets every response", () => {
    const few = everyPrompt(5);
    const fitted = predictQueries(regression, fitQueries(regression, responses, few), few);
    expectClose(fitted.subarray(0, 10), responses.subarray(0, 10), 1e-5);
  });

  it("on the chosen prompts alone", () => {
    const odd = everyPrompt(60).filter((i) => i % 2 === 1);
    const v = fitQueries(regression, responses, odd);
    const changed = responses.map((y, at) => (Math.floor(at / 2) % 2 === 1 ? y : 1e6));
    expect(fitQueries(regression, changed, odd)).toEqual(v);
    const predictions = predictQueries(regression, v, odd);
    expect(predictions.filter((_, at) => Math.floor(at / 2) % 2 === 0).every((value) => value === 0)).toBe(true);
  });

  it("and answers 0 where all features are", () => {
    const nothing = { ...regression, features: new Float64Array(60 * 4) };
    expect(fitQueries(nothing, responses, everyPrompt(60)).values.every((value) => value === 0)).toBe(true);
  });
});

describe("inverseOnSupport", () => {
  it("inverts a badly scaled moment, and only where it is not zero", () => {
    const moment: Matrix = matrix(3, 3, [1e12, 0, 0, 0, 1e-12, 0, 0, 0, 0]);
    const { values } = inverseOnSupport(moment);
    expect(values[0]).toBeCloseTo(1e-12, 24);
    expect(values[4] / 1e12).toBeCloseTo(1, 12);
    expect(values[8]).toBe(0);
  });
});
