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
} from "@onestep/core";
import { bench, describe } from "vitest";
import {
  bayesRisk,
  gaussianLinearMoments,
  optimalDepth,
  optimalGdPlusPlus,
  optimalStep,
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

const moments = gaussianLinearMoments(denseSetting(256));

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
