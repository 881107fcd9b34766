import {
  AssumptionError,
  inverse,
  matrixFromRows,
  maxAbs,
  multiply,
  scale,
  squareRoot,
  subtract,
  symmetricEigen,
  symmetricPart,
  toRows,
  traceOfProduct,
  transpose,
  type Matrix,
} from "@onestep/core";
import { anyCovariance, anyDimension, expectMatrixClose } from "@onestep/testkit";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import type { TargetLaw, TargetMoments } from "../define/define-target.ts";
import type { JsonObject } from "../define/json.ts";
import { linkShelf } from "../links/shelf.ts";
import { linearTarget } from "../targets/linear.ts";
import { singleIndexTarget } from "../targets/single-index.ts";
import { gaussianTasks } from "../tasks/gaussian.ts";

const momentsOf = (target: TargetLaw, sigma: Matrix, sigmaQuery?: Matrix): TargetMoments => {
  const covariates = gaussianCovariates({ covariance: toRows(sigma) });
  const query = sigmaQuery === undefined ? covariates : gaussianCovariates({ covariance: toRows(sigmaQuery) });
  return target.over(covariates).moments(covariates, query);
};

/** Each entry to within a part of the moment's own size. */
const expectMomentsClose = (actual: TargetMoments, expected: TargetMoments, part: number): void => {
  for (const name of ["crossMoment", "contextMoment", "energy"] as const) {
    expectMatrixClose(actual[name], expected[name], part * maxAbs(expected[name]));
  }
  expect(Math.abs(actual.secondMoment - expected.secondMoment)).toBeLessThanOrEqual(part * expected.secondMoment);
};

describe("single-index moments by two routes", () => {
  it("the identity link is a linear target with E uuᵀ = I/d", () => {
    assert(
      property(
        anyDimension(5).chain((d) => anyCovariance(d)),
        ({ dimension, matrix }) => {
          const index = singleIndexTarget({ dimension, link: "identity" });
          const linear = linearTarget({ tasks: gaussianTasks({ dimension, covariance: 1 / dimension }) });
          expectMomentsClose(momentsOf(index, matrix), momentsOf(linear, matrix), 1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("whitened, the moments are those of N(0, I) seen through Σ^½", () => {
    assert(
      property(
        anyDimension(4).chain((d) => anyCovariance(d)),
        (sigma) => {
          const { dimension, matrix } = sigma;
          const target = singleIndexTarget({ dimension, link: "tanh", scale: 2, whiten: true });
          const white = momentsOf(target, gaussianCovariates({ dimension }).covariance.matrix);
          const root = squareRoot(sigma);
          const coloured = (moment: Matrix): Matrix => multiply(root, moment, transpose(root));
          const expected = {
            crossMoment: coloured(white.crossMoment),
            contextMoment: coloured(white.contextMoment),
            energy: coloured(white.energy),
            secondMoment: white.secondMoment,
          };
          expectMomentsClose(momentsOf(target, matrix), expected, 1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("the link's scale and the covariates' scale are one: g(κ⟨u, x⟩) over N(0, κ⁻²Σ) is g(⟨u, x⟩) over N(0, Σ)", () => {
    assert(
      property(
        anyDimension(4).chain((d) => anyCovariance(d)),
        ({ dimension, matrix }) => {
          const plain = momentsOf(singleIndexTarget({ dimension, link: "softplus" }), matrix);
          const shrunk = momentsOf(singleIndexTarget({ dimension, link: "softplus", scale: 4 }), scale(matrix, 1 / 16));
          // x is 4 times smaller, f the same: β shrinks by 4, second moments of x by 16.
          const rescaled = {
            crossMoment: scale(shrunk.crossMoment, 16),
            contextMoment: scale(shrunk.contextMoment, 16),
            energy: scale(shrunk.energy, 16),
            secondMoment: shrunk.secondMoment,
          };
          expectMomentsClose(rescaled, plain, 1e-12);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("a query of covariance αI + βΣ: the identity link is again linear", () => {
    assert(
      property(
        anyDimension(4).chain((d) => anyCovariance(d)),
        ({ dimension, matrix }) => {
          const query = matrixFromRows(
            toRows(matrix).map((row, i) => row.map((entry, j) => 0.5 * entry + (i === j ? 2 : 0))),
          );
          const index = singleIndexTarget({ dimension, link: "identity" });
          const linear = linearTarget({ tasks: gaussianTasks({ dimension, covariance: 1 / dimension }) });
          expectMomentsClose(momentsOf(index, matrix, query), momentsOf(linear, matrix, query), 1e-12);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("a nearly isotropic context shares the query's form, however the query is shaped", () => {
    const context = gaussianCovariates({ covariance: [1, 1, 1 + 1e-13] }).covariance.matrix;
    const query = gaussianCovariates({ covariance: [0.2, 3, 1] }).covariance.matrix;
    expect(() => momentsOf(singleIndexTarget({ dimension: 3, link: "relu" }), context, query)).toThrow(AssumptionError);
    const rounded = gaussianCovariates({ covariance: [1, 1, 1 + 1e-15] }).covariance.matrix;
    const index = singleIndexTarget({ dimension: 3, link: "identity" });
    const linear = linearTarget({ tasks: gaussianTasks({ dimension: 3, covariance: 1 / 3 }) });
    expectMomentsClose(momentsOf(index, rounded, query), momentsOf(linear, rounded, query), 1e-13);
    // Along the same direction, a steep slope must not cost digits.
    const steep = gaussianCovariates({ covariance: [1, 1, 3] }).covariance.matrix;
    expectMomentsClose(momentsOf(index, context, steep), momentsOf(linear, context, steep), 1e-13);
  });

  it("a query equal to the context in value, but built apart, changes nothing", () => {
    const sigma = gaussianCovariates({
      covariance: [
        [2, 0.5],
        [0.5, 1],
      ],
    }).covariance.matrix;
    for (const whiten of [false, true]) {
      const target = singleIndexTarget({ dimension: 2, link: "sign", whiten });
      expectMomentsClose(momentsOf(target, sigma, sigma), momentsOf(target, sigma), 1e-13);
    }
  });

  it("sign labels: E f² = 1 whatever Σ, and E[f² xxᵀ] = Σ", () => {
    const sigma = gaussianCovariates({ covariance: [1e-3, 1, 40] }).covariance.matrix;
    const { energy, secondMoment } = momentsOf(singleIndexTarget({ dimension: 3, link: "sign" }), sigma);
    expect(Math.abs(secondMoment - 1)).toBeLessThanOrEqual(1e-13);
    expect(maxAbs(subtract(energy, sigma))).toBeLessThanOrEqual(40e-13);
  });

  it("tanh of a huge argument is sign", () => {
    const sigma = gaussianCovariates({ covariance: [0.1, 1, 10] }).covariance.matrix;
    const steep = momentsOf(singleIndexTarget({ dimension: 3, link: "tanh", scale: 1e12 }), sigma);
    // They differ for |⟨u, x⟩| up to 1e-12 over its deviation, which is 0.3 or more.
    expectMomentsClose(steep, momentsOf(singleIndexTarget({ dimension: 3, link: "sign" }), sigma), 1e-11);
  });
});

describe("single-index moments at extreme scales", () => {
  const names = linkShelf.map(({ definition }) => definition.name).filter((name) => name !== "hermite");
  const links: readonly (string | JsonObject)[] = [...names, { name: "hermite", coefficients: [0.3, 0, -1, 0.5] }];
  const covariates = gaussianCovariates({ covariance: [0.1, 1, 10] });

  it.each(links)("%j: no linear predictor explains more than there is", (link) => {
    for (const scaleOfArgument of [1e-3, 1, 50]) {
      const target = singleIndexTarget({ dimension: 3, link, scale: scaleOfArgument });
      const { contextMoment, energy, secondMoment } = target.over(covariates).moments(covariates, covariates);
      // Bessel: E βᵀΣ⁻¹β ≤ E f²; Cauchy–Schwarz: C ≤ E[f² xxᵀ].
      const explained = traceOfProduct(contextMoment, inverse(covariates.covariance.matrix));
      expect(explained).toBeLessThanOrEqual(secondMoment * (1 + 1e-12));
      const { values } = symmetricEigen(symmetricPart(subtract(energy, contextMoment)));
      expect(values[0]).toBeGreaterThanOrEqual(-1e-12 * maxAbs(energy));
    }
  });
});
