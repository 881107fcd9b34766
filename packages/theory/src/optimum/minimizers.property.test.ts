import { isotropic, matrix, scale, type LsaParameters, type Matrix } from "@onestep/core";
import { anyDimension, anyEntry, anyMatrix, anyVector, expectClose } from "@onestep/testkit";
import { assert, constantFrom, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { liftToLsa } from "./lift.ts";
import { distanceToMinimizers, minimizers } from "./minimizers.ts";
import { optimalStep } from "./step.ts";

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
