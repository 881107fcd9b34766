import { childKey, isotropic, meanAccumulator, randomKey } from "@onestep/core";
import { construct } from "@onestep/model";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { gdPlusPlusRisk, gradientDescentRisk } from "@onestep/theory";
import { expect, it } from "vitest";
import { ratioOfMeans } from "./ratio-of-means.ts";
import { weighedContexts } from "./weighed-contexts.ts";

const setting = { contextLength: 10, dimension: 2, noiseVariance: 0.25 };
const law = { contextLength: 10, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.25 };
const key = childKey(randomKey(seedForTests()), "weighed contexts");
const contexts = weighedContexts(law, { key, count: 20_000 });
const half = contexts.weights.length / 2;

it("weighed means are expectations over the law, of its contexts as of its losses", () => {
  const [size, loss] = [meanAccumulator(), meanAccumulator()];
  const model = { a: [0.6, 1.5], b: [0.5] };
  const contractions = [0.3, 0];
  const errors = contexts.errorsOf(construct.gdPlusPlus({ dimension: 2, stepSizes: model.a, contractions }));
  contexts.weights.forEach((weight, i) => {
    size.push(weight);
    loss.push(weight * errors[i]);
  });
  expectWithin(size.estimate(), 1);
  expectWithin(loss.estimate(), gdPlusPlusRisk(setting, model).value);
  expectRejected(loss.estimate(), gdPlusPlusRisk({ ...setting, contextLength: 9 }, model).value);
});

it("half of the contexts are wide, and none weighs more than 2", () => {
  const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  const { largestEigenvalues, weights } = contexts;
  const ratio = mean(largestEigenvalues.subarray(half)) / mean(largestEigenvalues.subarray(0, half));
  expect(Math.abs(ratio / 1.4 - 1)).toBeLessThan(0.05);
  expect(weights.every((weight) => weight > 0 && weight <= 2)).toBe(true);
});

it("a ratio of means on the same contexts is sharper than either mean", () => {
  const descent = (stepSize: number): Float64Array =>
    contexts.errorsOf(construct.gradientDescent({ dimension: 2, stepSizes: [stepSize] }));
  const weigh = (errors: Float64Array): Float64Array => errors.map((error, i) => contexts.weights[i] * error);
  const [one, other] = [0.5, 0.6].map((stepSize) => weigh(descent(stepSize)));
  const exact = [0.5, 0.6].map((stepSize) => gradientDescentRisk(setting, { rates: [stepSize] }).value);
  const ratio = ratioOfMeans(one, other);
  expectWithin(ratio, exact[0] / exact[1]);
  expectRejected(ratio, 1);
});
