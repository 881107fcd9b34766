import {
  add,
  covariance,
  diagonal,
  identity,
  isotropic,
  matrix,
  multiply,
  scale,
  trace,
  transpose,
  zeros,
  type Matrix,
} from "@onestep/core";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyNoiseVariance,
  anyVector,
  expectClose,
} from "@onestep/testkit";
import { assert, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { solveOnSupport } from "../numerics/solve-on-support.ts";
import { gaussianPriorMoments, type GaussianPriorSetting } from "./gaussian-prior.ts";
import { multiHeadOptimum } from "./multi-head.ts";
import { singleHeadOptimum } from "./single-head.ts";

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
