import { isotropic } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { assert, integer, property } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { oneStepRisk } from "../risk/one-step.ts";
import { shiftedLoss, rescaledForLength } from "../shift/shifted-loss.ts";
import { stepSizeOf } from "./lift.ts";
import { autoregressiveSteps, randomLengthStep } from "./prompt-formats.ts";
import { optimalStepSize } from "./step-size.ts";
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
