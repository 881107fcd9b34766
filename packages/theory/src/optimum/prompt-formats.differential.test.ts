import { isotropic, matrixFromRows, multiply, transpose, type Matrix } from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { oneStepRisk } from "../risk/one-step.ts";
import { shiftedLoss, rescaledForLength } from "../shift/shifted-loss.ts";
import { liftToLsa, stepSizeOf } from "./lift.ts";
import { autoregressiveSteps, randomLengthStep } from "./prompt-formats.ts";
import { severalQueriesStep } from "./several-queries.ts";
import { optimalStepLoss, optimalStepSize } from "./step-size.ts";
import { optimalStep } from "./step.ts";

const law = { dimension: 3, noiseVariance: 0.4, taskVariance: 2 };
const momentsAt = (contextLength: number): ReturnType<typeof gaussianLinearMoments> =>
  gaussianLinearMoments({ contextLength, covariates: isotropic(3), tasks: isotropic(3, 2), noiseVariance: 0.4 });

describe("prompt formats", () => {
  test("a random length is the engine on its strata", () => {
    const lengths = [1, 4, 9].map((contextLength, k) => ({ contextLength, probability: [0.2, 0.5, 0.3][k] }));
    const engine = optimalStep(
      stratifiedMoments(
        lengths.map(({ contextLength, probability }) => ({ probability, moments: momentsAt(contextLength) })),
      ),
    ).value;
    const { stepSize, loss } = randomLengthStep(lengths, law).value;
    expectClose(stepSizeOf(engine.preconditioner)!, stepSize, 1e-15);
    expectClose(engine.loss, loss, 1e-13);
    expect(() => randomLengthStep([{ contextLength: 3, probability: 0.9 }], law)).toThrowError(/sum to 1/);
  });

  test("a million lengths: the rounding of their probabilities is no reason to refuse, nor to lose digits", () => {
    const count = 1_000_000;
    const lengths = Array.from({ length: count }, (_, k) => ({ contextLength: k + 1, probability: 1 / count }));
    const { stepSize, loss } = randomLengthStep(lengths, law).value;
    // E n = (N+1)/2, E n² = (N+1)(2N+1)/6, and d + 1 + σ²/ω² = 4.2
    const expected = 1 / ((2 * count + 1) / 3 + 4.2);
    expectClose(stepSize, expected, 1e-10 * expected);
    expectClose(loss, 0.4 + 6 * (1 - (expected * (count + 1)) / 2), 1e-10);
  });

  test("a length that does not vary keeps the digits of a small minimum", () => {
    const settled = { dimension: 3, noiseVariance: 0 };
    const exact = optimalStepLoss({ ...settled, contextLength: 1e9 }).value;
    const { loss } = randomLengthStep([{ contextLength: 1e9, probability: 1 }], settled).value;
    expectClose(loss, exact, 4 * Number.EPSILON * exact);
  });

  test("lengths that vary by a trillionth of themselves: their variance is taken about the mean", () => {
    const lengths = [
      { contextLength: 1e14, probability: 0.25 },
      { contextLength: 1e14 + 1000, probability: 0.75 },
    ];
    const [mean, variance] = [1e14 + 750, 187_500];
    const exact = (3 * (variance + 4 * mean)) / (mean * mean + variance + 4 * mean);
    const { loss } = randomLengthStep(lengths, { dimension: 3, noiseVariance: 0 }).value;
    expectClose(loss, exact, 4 * Number.EPSILON * exact);
  });

  test("several queries: sharing a context correlates their errors, and leaves the mean loss alone", () => {
    const moments = momentsAt(4);
    const one = optimalStep(moments);
    const eight = severalQueriesStep(moments, 8);
    expect(eight.value).toEqual(one.value);
    expect(severalQueriesStep(moments, 1).value).toEqual(one.value);
    expect(eight.source.locator).toBe("severalQueriesStep");
    expect(() => severalQueriesStep(moments, 0)).toThrowError(/number of queries/);

    // Two queries that attend to each other: their tokens (x, 0) enter the Gram matrix, not the prediction.
    const tokens = [
      [0.5, -1, 2, 0.7],
      [1, 0.3, -0.4, -1.1],
    ];
    const queries = [
      [0.2, 0.9, -0.6, 0],
      [-1.5, 0.4, 0.8, 0],
    ];
    const gramOf = (rows: number[][]): Matrix => multiply(transpose(matrixFromRows(rows)), matrixFromRows(rows));
    const { keyQuery, valueProjection } = liftToLsa(one.value.preconditioner);
    const predict = (gram: Matrix): Matrix =>
      multiply(transpose(valueProjection), gram, keyQuery, transpose(matrixFromRows(queries)));
    expectMatrixClose(predict(gramOf([...tokens, ...queries])), predict(gramOf(tokens)), 1e-15);
  });

  test("every position a query: K equal lengths for plain sums, the least average of parabolas for normalised ones", () => {
    assert(
      property(integer({ min: 1, max: 12 }), (length) => {
        const lengths = Array.from({ length }, (_, k) => ({ contextLength: k + 1, probability: 1 / length }));
        const { unnormalised, unnormalisedLoss, normalised, normalisedLoss } = autoregressiveSteps(length, law).value;
        const random = randomLengthStep(lengths, law).value;
        expectClose(unnormalised, random.stepSize, 1e-14);
        expectClose(unnormalisedLoss, random.loss, 1e-12);
        const average = (gamma: number): number =>
          lengths.reduce(
            (sum, { contextLength, probability }) =>
              sum + probability * oneStepRisk(momentsAt(contextLength), gamma / contextLength).value,
            0,
          );
        expectClose(average(normalised), normalisedLoss, 1e-12);
        // A parabola in γ: its vertex from three points.
        const [zero, one, two] = [average(0), average(1), average(2)];
        const curvature = (two - 2 * one + zero) / 2;
        expectClose(normalised, -(one - zero - curvature) / (2 * curvature), 1e-12);
      }),
      { numRuns: 12 },
    );
  });

  test("one position is Theorem 1 with n = 1", () => {
    const { unnormalised, normalised } = autoregressiveSteps(1, law).value;
    const expected = optimalStepSize({ ...law, contextLength: 1 }).value;
    expectClose([unnormalised, normalised], [expected, expected], 1e-16);
  });

  test("the query's covariance at training drops out of Γ*, and normalised attention carries over to a longer context", () => {
    const setting = { contextLength: 10, covariates: isotropic(3), tasks: isotropic(3, 2), noiseVariance: 0.4 };
    const usual = optimalStep(gaussianLinearMoments(setting)).value.preconditioner;
    const shifted = optimalStep(gaussianLinearMoments(setting, isotropic(3, 7))).value.preconditioner;
    expectClose(shifted.values, usual.values, 1e-15);
    const longer = shiftedLoss(rescaledForLength(usual, { trainedOn: 10, testedOn: 40 }), momentsAt(40)).value;
    const plain = shiftedLoss(usual, momentsAt(40)).value;
    expect(longer).toBeLessThan(plain);
    expect(longer).toBeGreaterThan(optimalStep(momentsAt(40)).value.loss);
    expect(() => rescaledForLength(usual, { trainedOn: 0, testedOn: 4 })).toThrowError(/length trained on/);
  });
});
