import { isotropic, maxAbs, outer, zeros } from "@onestep/core";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyNoiseVariance,
  anyVector,
  expectClose,
  expectMatrixClose,
} from "@onestep/testkit";
import { assert, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { pretrainingLoss, lossGradient } from "../risk/pretraining-loss.ts";
import { optimalStepOfRank } from "./rank.ts";
import { optimalStep } from "./step.ts";

const anySetting = anyDimension(5).chain((d) =>
  tuple(anyContextLength(), anyCovariance(d), anyCovariance(d), anyNoiseVariance()).map(
    ([contextLength, covariates, tasks, noiseVariance]) => ({ contextLength, covariates, tasks, noiseVariance }),
  ),
);

describe("optimalStepOfRank", () => {
  test("full rank is the optimum, the loss falls with the rank, and equals R of its own step", () => {
    assert(
      property(anySetting, (setting) => {
        const moments = gaussianLinearMoments(setting);
        const d = moments.dimension;
        const best = optimalStep(moments).value;
        const full = optimalStepOfRank(moments, d).value;
        const tolerance = 1e-9 * moments.responseSecondMoment;
        expectClose(full.loss, best.loss, tolerance);
        expectMatrixClose(full.preconditioner, best.preconditioner, 1e-8 * maxAbs(best.preconditioner));
        let above = moments.responseSecondMoment;
        for (let rank = 1; rank <= d; rank++) {
          const { preconditioner, loss } = optimalStepOfRank(moments, rank).value;
          expect(loss).toBeLessThanOrEqual(above + tolerance);
          expectClose(pretrainingLoss(moments, preconditioner).value, loss, tolerance);
          above = loss;
        }
      }),
      { numRuns: 40 },
    );
  });

  test("no rank-one step is better than the best one", () => {
    const anyCase = anySetting.chain((setting) =>
      tuple(anyVector(setting.covariates.dimension), anyVector(setting.covariates.dimension)).map(([left, right]) => ({
        setting,
        left,
        right,
      })),
    );
    assert(
      property(anyCase, ({ setting, left, right }) => {
        const moments = gaussianLinearMoments(setting);
        const step = outer(left, right);
        // The best multiple of this rank-one step.
        const slope = lossGradient(moments, zeros(step.rows, step.columns)).value.values.reduce(
          (sum, g, at) => sum + g * step.values[at],
          0,
        );
        const curvature = pretrainingLoss(moments, step).value - moments.responseSecondMoment - slope;
        if (!(curvature > 1e-6)) return;
        const loss = moments.responseSecondMoment - (slope * slope) / (4 * curvature);
        expect(optimalStepOfRank(moments, 1).value.loss).toBeLessThanOrEqual(
          loss + 1e-9 * moments.responseSecondMoment,
        );
      }),
    );
  });

  test("strata that differ in both sides have no closed form of lower rank", () => {
    const parts = [1, 2].map((variance) => ({
      probability: 0.5,
      moments: gaussianLinearMoments({
        contextLength: 4,
        covariates: isotropic(2, variance),
        tasks: isotropic(2),
        noiseVariance: 0,
      }),
    }));
    // Two multiples of the identity are one up to scale, but not equal: the closed form asks for equality.
    expect(() => optimalStepOfRank(stratifiedMoments(parts), 1)).toThrowError(/share the query's second moment/);
    expect(() => optimalStepOfRank(parts[0].moments, 3)).toThrowError(/a whole rank from 0 to the dimension, 2; got 3/);
  });
});
