import { isotropic } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { crossEntropyStep } from "./cross-entropy.ts";
import { quadraticPointwiseMoments } from "./pointwise-quadratic.ts";
import { pointwiseAttention, pointwiseMoments, reluAttention } from "./pointwise.ts";
import { softmaxHeads } from "./softmax-heads.ts";

const sizes = { contextLength: 10, dimension: 3, noiseVariance: 0.3 };
const setting = { contextLength: 7, covariates: isotropic(2), tasks: isotropic(2), noiseVariance: 0.2 };
const averages = { alignment: 3, ownEnergy: 15, crossEnergy: 3, responseSecondMoment: 3 };
const identity = (score: number): number => score;

describe("what is no law, no activation or no target is refused, by name", () => {
  test.each<[string, () => unknown]>([
    ["pointwiseAttention: expected a whole context length, at least 1; got 0", () => pointwiseAttention(0, averages)],
    [
      "pointwiseAttention: expected averages with alignment, ownEnergy, crossEnergy, responseSecondMoment",
      () => pointwiseAttention(1, {} as never),
    ],
    [
      "pointwiseAttention: expected a finite alignment; got NaN",
      () => pointwiseAttention(1, { ...averages, alignment: NaN }),
    ],
    [
      "pointwiseAttention: expected a finite own energy, at least 0; got -1",
      () => pointwiseAttention(1, { ...averages, ownEnergy: -1 }),
    ],
    [
      "pointwiseAttention: expected a finite cross energy, at least 0; got -1",
      () => pointwiseAttention(1, { ...averages, crossEnergy: -1 }),
    ],
    [
      "pointwiseAttention: expected a finite second moment of the response, at least 0; got -1",
      () => pointwiseAttention(1, { ...averages, responseSecondMoment: -1 }),
    ],
    [
      "pointwiseAttention: expected cross energy to be at most own energy (Jensen's inequality), 2.9; got 3",
      () => pointwiseAttention(1, { ...averages, ownEnergy: 2.9 }),
    ],
    [
      "pointwiseAttention: expected |alignment| to be at most √(E y_q² · cross energy), ",
      () => pointwiseAttention(1, { ...averages, alignment: -3.1 }),
    ],
    [
      "pointwiseAttention: expected a multiple of the energies within the range of floating point",
      () => pointwiseAttention(100, { ...averages, ownEnergy: 1e307 }),
    ],
    [
      "pointwiseMoments: expected a whole context length, at least 1; got 0",
      () => pointwiseMoments(identity, { ...sizes, contextLength: 0 }),
    ],
    ["pointwiseMoments: expected a function (the activation); got number", () => pointwiseMoments(7 as never, sizes)],
    ["pointwiseMoments: expected a list of kinks; got number", () => pointwiseMoments(identity, sizes, 7 as never)],
    ["pointwiseMoments: expected a finite kink; got NaN", () => pointwiseMoments(identity, sizes, [0, NaN])],
    ["pointwiseMoments: expected a finite average of the activation; got NaN", () => pointwiseMoments(Math.log, sizes)],
    [
      "quadraticPointwiseMoments: expected a finite task variance, at least 0; got -1",
      () => quadraticPointwiseMoments(identity, { ...sizes, taskVariance: -1 }),
    ],
    [
      "quadraticPointwiseMoments: expected a finite average of the activation; got Infinity",
      () => quadraticPointwiseMoments((score) => 1e200 * score, sizes),
    ],
    ["reluAttention: expected a whole dimension, at least 1; got 0", () => reluAttention({ ...sizes, dimension: 0 })],
    [
      "reluAttention: expected a loss within the range of floating point",
      () => reluAttention({ ...sizes, taskVariance: 1.7e308 }),
    ],
    [
      "softmaxHeads: expected a whole context length, at least 1; got 0",
      () => softmaxHeads({ ...setting, contextLength: 0 }),
    ],
    [
      "softmaxHeads: expected a context of at least 2 pairs; got 1",
      () => softmaxHeads({ ...setting, contextLength: 1 }),
    ],
    ["crossEntropyStep: expected sizes with contextLength, dimension", () => crossEntropyStep({} as never)],
    [
      "crossEntropyStep: expected a whole context length, at least 1; got 0",
      () => crossEntropyStep({ contextLength: 0, dimension: 2 }),
    ],
    [
      "crossEntropyStep: expected a whole dimension, at least 2; got 1",
      () => crossEntropyStep({ contextLength: 1, dimension: 1 }),
    ],
    [
      "crossEntropyStep: expected a finite flip probability, at least 0; got -0.1",
      () => crossEntropyStep({ contextLength: 1, dimension: 2, flipProbability: -0.1 }),
    ],
    [
      "crossEntropyStep: expected a flip probability below 1/2; got 0.5",
      () => crossEntropyStep({ contextLength: 1, dimension: 2, flipProbability: 0.5 }),
    ],
  ])("%s", (words, call) => {
    expect(call).toThrowError(words);
  });
});

test("the shortest contexts and the smallest dimensions are laws like others", () => {
  expect(softmaxHeads({ ...setting, contextLength: 2 }).value.loss).toBeGreaterThan(0.2);
  const { stepSize, loss } = reluAttention({ contextLength: 1, dimension: 1, noiseVariance: 0 }).value;
  expectClose([stepSize, loss], [1 / 3, 2.5 / 3], 1e-15);
  expect(reluAttention({ ...sizes, noiseVariance: 0, taskVariance: 0 }).value).toEqual({ stepSize: 0, loss: 0 });
});
