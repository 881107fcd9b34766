import {
  add,
  covariance,
  identity,
  isotropic,
  matrix,
  multiply,
  openStream,
  randomKey,
  scale,
  transpose,
  type GaussianLinearSetting,
  type PromptMoments,
} from "@onestep/core";
import { bench, describe } from "vitest";
import {
  bayesRisk,
  gaussianLinearMoments,
  optimalDepth,
  optimalGdPlusPlus,
  optimalStep,
  stratifiedMoments,
  wishartTraceMoments,
} from "../src/index.ts";

/** A dense law of dimension d without structure. */
function denseSetting(d: number): GaussianLinearSetting {
  const draws = new Float64Array(d * d);
  openStream(randomKey(1)).fillNormals(draws, 0, d * d);
  const square = matrix(d, d, draws);
  const sigma = add(scale(multiply(square, transpose(square)), 1 / d), identity(d));
  return { contextLength: 2 * d, covariates: covariance(sigma), tasks: isotropic(d), noiseVariance: 0.3 };
}

/** The same with a Σ of rank d/2. */
function singularSetting(d: number): GaussianLinearSetting {
  const draws = new Float64Array((d * d) / 2);
  openStream(randomKey(2)).fillNormals(draws, 0, draws.length);
  const root = matrix(d, d / 2, draws);
  return { ...denseSetting(d), covariates: covariance(scale(multiply(root, transpose(root)), 2 / d)) };
}

/** One covariance per prompt, all of them different. */
function strata(d: number, count: number): PromptMoments {
  const dense = denseSetting(d);
  const parts = Array.from({ length: count }, (_, k) => ({
    probability: 1 / count,
    moments: gaussianLinearMoments({
      ...dense,
      covariates: covariance(add(scale(dense.covariates.matrix, 1 / (k + 1)), scale(identity(d), k))),
    }),
  }));
  return stratifiedMoments(parts);
}

const moments = gaussianLinearMoments(denseSetting(256));
const singular = gaussianLinearMoments(singularSetting(256));
const [two, three] = [2, 3].map((count) => strata(256, count));

describe("closed forms (to reach: 200 ms, 1000 ms, 200 ms, 200 ms)", () => {
  bench("optimalStep, d = 256", () => void optimalStep(moments), { iterations: 5, time: 0 });
  bench(
    "bayesRisk, n = 1000, d = 200",
    () => void bayesRisk({ contextLength: 1000, dimension: 200, noiseVariance: 0.25 }),
    { iterations: 5, time: 0 },
  );
  bench(
    "optimalDepth, L = 6, real roots",
    () => void optimalDepth({ contextLength: 20, dimension: 5, noiseVariance: 0 }, 6),
    { iterations: 5, time: 0 },
  );
  bench(
    "optimalDepth, L = 6, coalesced",
    () => void optimalDepth({ contextLength: 20, dimension: 5, noiseVariance: 3 }, 6),
    { iterations: 5, time: 0 },
  );
});

describe("optimalStep, d = 256, where one Cholesky factorization is not enough", () => {
  bench("Σ of rank 128", () => void optimalStep(singular), { iterations: 3, time: 0 });
  bench("two strata", () => void optimalStep(two), { iterations: 3, time: 0 });
  bench("three strata", () => void optimalStep(three), { iterations: 1, time: 0, warmupIterations: 0 });
});

describe("searches and exact integers", () => {
  bench(
    "optimalGdPlusPlus, L = 3",
    () => void optimalGdPlusPlus({ contextLength: 20, dimension: 5, noiseVariance: 0.25 }, 3),
    { iterations: 3, time: 0 },
  );
  bench(
    "wishartTraceMoments, order 30",
    () => void wishartTraceMoments({ contextLength: 20, dimension: 5, order: 30 }),
    { iterations: 3, time: 0 },
  );
});
