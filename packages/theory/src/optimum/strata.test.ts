import {
  diagonal,
  identity,
  matrixFromRows,
  multiply,
  scale,
  zeros,
  type MomentStratum,
  type PromptMoments,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { lossCurvature } from "./curvature.ts";
import { optimalStepOfRank } from "./rank.ts";
import { kroneckerSum, solveStationarity, stationarityTerms } from "./stationarity.ts";
import { optimalStep } from "./step.ts";

const [s1, s2, b1, b2] = [
  [2, 0.5, 1],
  [1, -0.3, 3],
  [5, 1, 4],
  [3, -0.7, 6],
].map(([a, b, c]) =>
  matrixFromRows([
    [a, b],
    [b, c],
  ]),
);
const stratum = (probability: number, querySecondMoment: typeof s1, stepMoment: typeof s1): MomentStratum => ({
  probability,
  // Copies: what strata share they share by its entries.
  querySecondMoment: scale(querySecondMoment, 1),
  stepMoment: scale(stepMoment, 1),
});
const law = (strata: readonly MomentStratum[]): PromptMoments => ({
  contextLength: 3,
  dimension: 2,
  crossMoment: matrixFromRows([
    [1, 0.2],
    [-0.1, 0.5],
  ]),
  strata,
  responseSecondMoment: 2,
  evenPartDecouples: "not known",
});

describe("strata that share a side are one term", () => {
  test("the query's moment, the step moment, or all four of a product", () => {
    const shared = [
      [stratum(0.4, s1, b1), stratum(0.6, s1, b2)],
      [stratum(0.4, s1, b1), stratum(0.6, s2, b1)],
      [stratum(0.2, s1, b1), stratum(0.2, s2, b1), stratum(0.3, s1, b2), stratum(0.3, s2, b2)],
    ];
    for (const strata of shared) {
      const moments = law(strata);
      const { preconditioner, loss } = optimalStep(moments).value;
      // Σ p S Γ B = Aᵀ, written out.
      const image = strata
        .map(({ probability, querySecondMoment, stepMoment }) =>
          scale(multiply(querySecondMoment, preconditioner, stepMoment), probability),
        )
        .reduce((sum, { values }) => sum.map((value, at) => value + values[at]), new Float64Array(4));
      expectClose(image, [1, -0.1, 0.2, 0.5], 1e-14);
      // Only one term has a closed form of lower rank.
      const full = optimalStepOfRank(moments, 2).value;
      expectMatrixClose(full.preconditioner, preconditioner, 1e-14);
      expectClose(full.loss, loss, 1e-14);
    }
    expect(stationarityTerms([stratum(0.5, s1, b1), stratum(0.5, s2, b2)])).toHaveLength(2);
    expect(() => optimalStepOfRank(law([stratum(0.5, s1, b1), stratum(0.5, s2, b2)]), 1)).toThrowError(
      "optimalStepOfRank: expected strata that share the query's second moment or the step moment; got 2 strata",
    );
  });

  test("a stratum that never happens changes nothing", () => {
    const alone = law([stratum(1, s1, b1)]);
    const beside = law([stratum(0, s2, b2), stratum(1, s1, b1)]);
    expect(optimalStep(beside).value).toEqual(optimalStep(alone).value);
    expect(optimalStepOfRank(beside, 1).value).toEqual(optimalStepOfRank(alone, 1).value);
    expect(lossCurvature(beside).value).toEqual(lossCurvature(alone).value);
  });
});

test("kroneckerSum is Γ ↦ Σ S Γ B on Γ with its rows stacked", () => {
  const terms = [
    { left: s1, right: b1 },
    { left: s2, right: b2 },
  ];
  const step = matrixFromRows([
    [1, -2],
    [0.5, 3],
  ]);
  const image = terms.map(({ left, right }) => multiply(left, step, right).values);
  const stacked = multiply(kroneckerSum(terms), { rows: 4, columns: 1, values: step.values }).values;
  expectClose(
    stacked,
    image[0].map((value, at) => value + image[1][at]),
    1e-13,
  );
});

describe("three strata with a silent direction", () => {
  // In every stratum the first coordinate is silent; what is left is 3·2·γ of one number.
  const strata = [1, 2, 3].map((k) => stratum(1 / 3, diagonal([0, k]), diagonal([0, 4 - k])));

  test("have the step of least norm, where the cross moment is inside their support", () => {
    expect(solveStationarity(strata, zeros(2, 2))).toEqual(zeros(2, 2));
    expectMatrixClose(solveStationarity(strata, diagonal([0, 5])), diagonal([0, (3 * 5) / (3 + 4 + 3)]), 1e-15);
  });

  test("have none where it is not", () => {
    expect(() => solveStationarity(strata, diagonal([1, 5]))).toThrowError(
      "optimalStep: expected a crossMoment A inside the supports of the query's and the step's second moments; got one",
    );
    expect(() => solveStationarity([stratum(1, diagonal([0, 1]), identity(2))], diagonal([1, 5]))).toThrowError(
      /of which the part 0\.196\d* lies outside/,
    );
  });
});
