import {
  add,
  covariance,
  diagonal,
  identity,
  isotropic,
  matrix,
  maxAbs,
  multiply,
  outer,
  scale,
  subtract,
  trace,
  transpose,
  zeros,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyEntry,
  anyMatrix,
  anyNoiseVariance,
  anyVector,
  expectClose,
  expectMatrixClose,
} from "@onestep/testkit";
import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
import { stratifiedMoments } from "../moments/strata.ts";
import { pretrainingLoss, lossGradient } from "../risk/pretraining-loss.ts";
import { lossCurvature } from "./curvature.ts";
import { gaussianPriorMoments, type GaussianPriorSetting } from "./gaussian-prior.ts";
import { liftToLsa } from "./lift.ts";
import { distanceToMinimizers, minimizers } from "./minimizers.ts";
import { multiHeadOptimum } from "./multi-head.ts";
import { optimalStepOfRank } from "./rank.ts";
import { singleHeadOptimum } from "./single-head.ts";
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

describe("minimizers", () => {
  const anyParameters = anyDimension(4).chain((d) => tuple(anyMatrix(d + 1, d + 1), anyVector(d + 1), anyMatrix(d, d)));

  test("the distance is unchanged by the gauge: (c·u, M/c) and any last column", () => {
    assert(
      property(anyParameters, constantFrom(-3, 0.25, 7), anyEntry(), ([keyQuery, projection, step], c, dead) => {
        const d = step.rows;
        const original: LsaParameters<Matrix> = { keyQuery, valueProjection: matrix(d + 1, 1, projection) };
        const values = keyQuery.values.map((value, at) => (at % (d + 1) === d ? dead : value / c));
        const moved: LsaParameters<Matrix> = {
          keyQuery: { ...keyQuery, values },
          valueProjection: matrix(
            d + 1,
            1,
            projection.map((value) => c * value),
          ),
        };
        const distance = distanceToMinimizers(original, step);
        expectClose(distanceToMinimizers(moved, step), distance, 1e-12 * (1 + distance));
      }),
    );
  });

  test("it is 0 at the representative and on its gauge orbit, and grows with the even part", () => {
    const moments = gaussianLinearMoments({
      contextLength: 6,
      covariates: isotropic(3),
      tasks: isotropic(3),
      noiseVariance: 0.1,
    });
    const { representative, rank, complete } = minimizers(moments).value;
    const step = optimalStep(moments).value.preconditioner;
    expect([rank, complete]).toEqual([3, true]);
    expect(distanceToMinimizers(representative, step)).toBe(0);
    const tilted = { ...representative, valueProjection: matrix(4, 1, [0.1, 0, 0, 1]) };
    expectClose(distanceToMinimizers(tilted, step), 0.1, 1e-15);
    expect(distanceToMinimizers(liftToLsa(scale(step, 1.25)), step)).toBeCloseTo(0.25, 14);
  });

  test("rank one, or an even part that may help, leaves the set incomplete", () => {
    const line = gaussianLinearMoments({
      contextLength: 6,
      covariates: isotropic(1),
      tasks: isotropic(1),
      noiseVariance: 0.1,
    });
    expect(minimizers(line).value.complete).toBe(false);
    expect(
      minimizers({
        ...gaussianLinearMoments({
          contextLength: 6,
          covariates: isotropic(2),
          tasks: isotropic(2),
          noiseVariance: 0.1,
        }),
        evenPartDecouples: "not known",
      }).value.complete,
    ).toBe(false);
  });
});

/**
 * The multi-head optimum as it is defined: the regression of β on all of b, c and the upper triangle of S, with every
 * moment of theory written out. Slow, and without the elimination that the package uses.
 */
function literalMultiHead(setting: GaussianPriorSetting): number {
  const { contextLength: n, noiseVariance } = setting;
  const [sigma, omega] = [setting.covariates.matrix, setting.tasks.matrix];
  const mu = Array.from(setting.taskMean);
  const d = sigma.rows;
  const at = (m: Matrix, i: number, j: number): number => m.values[i * d + j];
  const column = matrix(d, 1, mu);
  const second = add(omega, multiply(column, transpose(column)));
  const srs = multiply(sigma, second, sigma);
  const smu = Array.from(multiply(sigma, column).values);
  const energy = trace(multiply(second, sigma));
  const tau = energy + noiseVariance;
  const quadratic = multiply(transpose(column), sigma, column).values[0];
  const a = add(
    add(scale(column, trace(multiply(omega, sigma)) + quadratic), scale(multiply(omega, sigma, column), 2)),
    zeros(d, 1),
  );
  const signal = add(multiply(sigma, a), scale(multiply(sigma, column), noiseVariance));
  const so = multiply(sigma, omega);
  const spread = 2 * trace(multiply(so, so)) + 4 * multiply(transpose(column), so, sigma, column).values[0];
  const pairs = Array.from({ length: d }, (_, i) =>
    Array.from({ length: d - i }, (__, k) => [i, i + k] as const),
  ).flat();
  const size = d + 1 + pairs.length;
  const K = zeros(size, size);
  const R = zeros(size, d);
  const put = (i: number, j: number, value: number): void => {
    K.values[i * size + j] = value;
    K.values[j * size + i] = value;
  };
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      put(i, j, n * (n + 1) * at(srs, i, j) + n * tau * at(sigma, i, j));
      R.values[i * d + j] = n * at(srs, i, j);
    }
    put(i, d, n * (n + 2) * signal.values[i]);
    R.values[d * d + i] = n * signal.values[i];
  }
  put(d, d, n * (n + 2) * (tau * tau + spread));
  pairs.forEach(([k, l], p) => {
    const row = d + 1 + p;
    for (let j = 0; j < d; j++) {
      put(j, row, n * n * smu[j] * at(sigma, k, l) + n * (at(sigma, j, k) * smu[l] + at(sigma, j, l) * smu[k]));
      R.values[row * d + j] = n * smu[j] * at(sigma, k, l);
    }
    put(d, row, n * n * tau * at(sigma, k, l) + 2 * n * at(srs, k, l));
    pairs.forEach(([i, j], q) =>
      put(
        row,
        d + 1 + q,
        n * n * at(sigma, i, j) * at(sigma, k, l) +
          n * (at(sigma, i, k) * at(sigma, j, l) + at(sigma, i, l) * at(sigma, j, k)),
      ),
    );
  });
  return tau - trace(multiply(solveOnSupport(sigma, identity(d)), transpose(R), solveOnSupport(K, R)));
}

describe("heads on a law with a prior mean", () => {
  const anyPrior = anyDimension(3).chain((d) =>
    tuple(
      anyContextLength(12),
      anyCovariance(d, { conditionNumber: 10 }),
      anyCovariance(d, { conditionNumber: 10 }),
      anyNoiseVariance(),
      anyVector(d),
    ).map(([contextLength, covariates, tasks, noiseVariance, taskMean]) => ({
      contextLength,
      covariates,
      tasks,
      noiseVariance,
      taskMean,
    })),
  );

  test("the multi-head optimum is the literal regression on (b, c, vech S)", () => {
    assert(
      property(anyPrior, (setting) => {
        const tau = gaussianPriorMoments(setting).responseSecondMoment;
        expectClose(multiHeadOptimum(setting).value.unconstrained, literalMultiHead(setting), 1e-8 * tau);
      }),
    );
  });

  test("one head lies between the step alone and all heads; without a mean all three agree", () => {
    assert(
      property(anyPrior, (setting) => {
        const { unconstrained, preconditionerOnly } = multiHeadOptimum(setting).value;
        const tolerance = 1e-9 * gaussianPriorMoments(setting).responseSecondMoment;
        const single = singleHeadOptimum(setting).value.loss;
        expect(unconstrained).toBeLessThanOrEqual(single + tolerance);
        expect(single).toBeLessThanOrEqual(preconditionerOnly + tolerance);
        const centred = multiHeadOptimum({ ...setting, taskMean: setting.taskMean.map(() => 0) }).value;
        expectClose(centred.unconstrained, centred.preconditionerOnly, tolerance);
      }),
      { numRuns: 25 },
    );
  });

  test("a singular Σ is its support", () => {
    const flat = {
      contextLength: 5,
      covariates: covariance(diagonal([1, 0])),
      tasks: isotropic(2),
      taskMean: [1, 5],
      noiseVariance: 0.3,
    };
    const line = { contextLength: 5, covariates: isotropic(1), tasks: isotropic(1), taskMean: [1], noiseVariance: 0.3 };
    expectClose(multiHeadOptimum(flat).value.unconstrained, multiHeadOptimum(line).value.unconstrained, 1e-12);
    expectClose(singleHeadOptimum(flat).value.loss, singleHeadOptimum(line).value.loss, 1e-9);
  });
});
