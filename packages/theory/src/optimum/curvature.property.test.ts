import { add, covariance, diagonal, isotropic, matrix, maxAbs, scale, subtract } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { lossGradient } from "../risk/pretraining-loss.ts";
import { lossCurvature } from "./curvature.ts";
import { optimalStep } from "./step.ts";

describe("lossCurvature", () => {
  test("gradient descent on Γ contracts below the stable learning rate and expands above", () => {
    const moments = gaussianLinearMoments({
      contextLength: 5,
      covariates: covariance(diagonal([2, 1])),
      tasks: isotropic(2),
      noiseVariance: 0.3,
    });
    const { stableLearningRate, largest, smallest, conditionNumber } = lossCurvature(moments).value;
    const best = optimalStep(moments).value.preconditioner;
    const distanceAfter = (rate: number): number => {
      let step = add(best, matrix(2, 2, [1, 0.5, -0.3, 0.2]));
      for (let k = 0; k < 400; k++) step = subtract(step, scale(lossGradient(moments, step).value, rate));
      return maxAbs(subtract(step, best));
    };
    expect(distanceAfter(0.97 * stableLearningRate)).toBeLessThan(1e-3);
    expect(distanceAfter(1.03 * stableLearningRate)).toBeGreaterThan(10);
    expectClose(largest / smallest, conditionNumber, 1e-12 * conditionNumber);
  });

  test("two copies of one stratum have the curvature of that law, through the Kronecker matrix", () => {
    const base = gaussianLinearMoments({
      contextLength: 5,
      covariates: covariance(diagonal([2, 1])),
      tasks: isotropic(2),
      noiseVariance: 0.3,
    });
    const other = gaussianLinearMoments({
      contextLength: 7,
      covariates: covariance(diagonal([2, 1])),
      tasks: isotropic(2),
      noiseVariance: 0.3,
    });
    const merged = lossCurvature(
      stratifiedMoments([
        { probability: 0.5, moments: base },
        { probability: 0.5, moments: other },
      ]),
    ).value;
    // Both share S, so B averages.
    expectClose(
      merged.largest,
      (lossCurvature(base).value.largest + lossCurvature(other).value.largest) / 2,
      1e-12 * merged.largest,
    );
    const apart = gaussianLinearMoments({
      contextLength: 5,
      covariates: covariance(diagonal([1, 3])),
      tasks: isotropic(2),
      noiseVariance: 0.3,
    });
    const mixed = stratifiedMoments([
      { probability: 0.5, moments: base },
      { probability: 0.5, moments: apart },
    ]);
    const curvatures = [0, 1, 2, 3].map((at) =>
      mixed.strata.reduce(
        (sum, { probability, querySecondMoment, stepMoment }) =>
          sum + 2 * probability * querySecondMoment.values[3 * Math.floor(at / 2)] * stepMoment.values[3 * (at % 2)],
        0,
      ),
    );
    expectClose(lossCurvature(mixed).value.largest, Math.max(...curvatures), 1e-12 * Math.max(...curvatures));
    expectClose(lossCurvature(mixed).value.smallest, Math.min(...curvatures), 1e-12 * Math.max(...curvatures));
  });
});
