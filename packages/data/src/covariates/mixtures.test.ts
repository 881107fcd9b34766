import {
  matrixFromRows,
  openStream,
  randomKey,
  ShapeError,
  subtract,
  toRows,
  maxAbs,
  type Matrix,
} from "@onestep/core";
import { expectMatrixClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments } from "../moments/prompt-moments.ts";
import { empiricalCovariates } from "./empirical.ts";
import { gaussianPromptMixtureCovariates } from "./gaussian-prompt-mixture.ts";
import { gaussianRandomSpectrumCovariates } from "./gaussian-random-spectrum.ts";
import { gaussianCovariates } from "./gaussian.ts";
import { laplaceCovariates } from "./laplace.ts";
import { mixtureCovariates } from "./mixture.ts";

const omega = matrixFromRows([
  [2, 0.5],
  [0.5, 1],
]);
const skew = [
  [1, 0.5],
  [0.5, 2],
];

describe("mixture covariates", () => {
  it("of one centred component are Gaussian", () => {
    const [one, gaussian] = [
      mixtureCovariates({ weights: [1], means: [0], covariances: [skew] }),
      gaussianCovariates({ covariance: skew }),
    ];
    expect(toRows(one.covariance.matrix)).toEqual(skew);
    expect(one.fourthMoment!(omega)).toEqual(gaussian.fourthMoment!(omega));
    expect(one.declares).toEqual(gaussian.declares);
  });

  it("of points without spread are those points: E[x xᵀΩx xᵀ] over its atoms", () => {
    const rows = [
      [1, 2],
      [-3, 0.5],
      [0.25, -1],
    ];
    const atoms = mixtureCovariates({ weights: [1 / 3, 1 / 3, 1 / 3], means: rows, covariances: [0, 0, 0] });
    const points = empiricalCovariates({ rows });
    expectMatrixClose(atoms.covariance.matrix, points.covariance.matrix, 1e-15);
    expectMatrixClose(atoms.fourthMoment!(omega), points.fourthMoment!(omega), 1e-13);
    expect(atoms.declares).toEqual({ centered: false, invariance: "none" });
  });

  it("are centred where their means balance", () => {
    const means = [
      [3, 0],
      [-1, 0],
    ];
    expect(mixtureCovariates({ weights: [0.25, 0.75], means, covariances: [1, 1] }).declares.centered).toBe(true);
    expect(mixtureCovariates({ weights: [0.3, 0.7], means, covariances: [1, 1] }).declares.centered).toBe(false);
  });

  it("take their dimension from any mean or covariance that implies it", () => {
    const law = mixtureCovariates({ weights: [0.5, 0.5], means: [0, 1], covariances: [1, skew] });
    expect(law.dimension).toBe(2);
    expect(law.parameters).toEqual({ weights: [0.5, 0.5], means: [0, 1], covariances: [1, skew] });
  });

  it("refuse lists of different lengths, at the path of the law", () => {
    const file = {
      contextLength: 5,
      covariates: { law: "mixture", weights: [0.5, 0.5], means: [[0, 0]], covariances: [1, 1] },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: { law: "none" },
    };
    expect(() => parsePromptLaw(file)).toThrow(ShapeError);
    expect(() => parsePromptLaw(file)).toThrow(
      "law.covariates: expected as many weights as means as covariances; got 2 weights, 1 means, 2 covariances",
    );
  });
});

describe("covariates with a law for each prompt", () => {
  const mixture = gaussianPromptMixtureCovariates({ weights: [0.25, 0.75, 0], covariances: [[1, 3], skew, 7] });

  it("are strata, of those that can be drawn, that make up the whole", () => {
    const { strata } = mixture.perPrompt!;
    expect(strata!.map(({ probability }) => probability)).toEqual([0.25, 0.75]);
    expect(strata!.map(({ covariates }) => covariates.gaussian)).toEqual([true, true]);
    expect(mixture.gaussian).toBe(false);
    expectMatrixClose(
      mixture.covariance.matrix,
      [
        [1, 0.375],
        [0.375, 2.25],
      ],
      1e-15,
    );
    expect(mixture.fourthMoment!(omega)).toEqual(
      mixtureCovariates({ weights: [0.25, 0.75], means: [0, 0], covariances: [[1, 3], skew] }).fourthMoment!(omega),
    );
  });

  it("draw the law of a prompt first, and then its rows, also without a latent", () => {
    for (const law of [mixture, gaussianRandomSpectrumCovariates({ dimension: 2, rate: 3 })]) {
      const [whole, parts] = [new Float64Array(6), new Float64Array(6)];
      law.drawRows(openStream(randomKey(1)), 3, whole, 0);
      const stream = openStream(randomKey(1));
      law.perPrompt!.draw(stream).drawRows(stream, 3, parts, 0);
      expect(whole).toEqual(parts);
    }
  });

  it("may have a prompt live in a subspace, as long as not all do", () => {
    const planes = gaussianPromptMixtureCovariates({
      weights: [0.5, 0.5],
      covariances: [
        [1, 0],
        [0, 1],
      ],
    });
    expect(planes.perPrompt!.strata!.map(({ covariates }) => covariates.covariance.rank)).toEqual([1, 1]);
    expect(planes.declares.invariance).toBe("signed-permutations");
  });

  it("with exponential variances: a row by itself is Laplace", () => {
    const [spectrum, row] = [
      gaussianRandomSpectrumCovariates({ dimension: 2, rate: 4 }),
      laplaceCovariates({
        mixing: [
          [0.5, 0],
          [0, 0.5],
        ],
      }),
    ];
    expect(spectrum.covariance.matrix).toEqual(row.covariance.matrix);
    expect(differenceOf(spectrum.fourthMoment!(omega), row.fourthMoment!(omega))).toBe(0);
    expect(spectrum.declares.invariance).toBe("signed-permutations");
  });

  it("with exponential variances: a continuum, whose moments are not a finite sum", () => {
    const law = parsePromptLaw({
      contextLength: 5,
      dimension: 2,
      covariates: { law: "gaussian-random-spectrum" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: { law: "none" },
    });
    expect(() => promptMoments(law)).toThrow(
      /gaussian-random-spectrum covariates, a continuum of them.*linear target, homoscedastic noise.*check-law/s,
    );
  });
});

function differenceOf(one: Matrix, other: Matrix): number {
  return maxAbs(subtract(one, other));
}
