import {
  covariance,
  diagonal,
  identity,
  inverseSquareRoot,
  matrixFromRows,
  multiply,
  type Matrix,
} from "@onestep/core";
import { anyCovariance, anyDimension } from "@onestep/testkit";
import { assert, property } from "fast-check";
import { describe, expect, it } from "vitest";
import { componentInvariance, mixedInvariance, type Component } from "./whitened-invariance.ts";

const HALF = Math.SQRT1_2;

describe("the group of whitened rows x = Az", () => {
  it.each([
    [
      "a multiple of I",
      [
        [-3, 0],
        [0, -3],
      ],
      "signed-permutations",
    ],
    [
      "a signed permutation of scales",
      [
        [0, 2, 0],
        [0, 0, -1],
        [5, 0, 0],
      ],
      "signed-permutations",
    ],
    [
      "a symmetric positive definite matrix: whitening undoes it",
      [
        [2, 0.5],
        [0.5, 1],
      ],
      "signed-permutations",
    ],
    [
      "a turn by 45° in the plane, which maps axes to diagonals",
      [
        [HALF, -HALF],
        [HALF, HALF],
      ],
      "signed-permutations",
    ],
    [
      "that turn beside a third axis",
      [
        [HALF, -HALF, 0],
        [HALF, HALF, 0],
        [0, 0, 1],
      ],
      "coordinate-signs",
    ],
    [
      "a turn by 30°",
      [
        [Math.sqrt(0.75), -0.5],
        [0.5, Math.sqrt(0.75)],
      ],
      "signs",
    ],
    [
      "a shear",
      [
        [1, 0.5],
        [0, 1],
      ],
      "signs",
    ],
    ["a number", [[-4]], "signed-permutations"],
  ])("%s", (_, rows, group) => {
    expect(mixedInvariance(matrixFromRows(rows))).toBe(group);
  });

  it("is whole for every symmetric positive definite A, and for no shear of one", () => {
    assert(
      property(
        anyDimension()
          .filter((d) => d > 1)
          .chain((d) => anyCovariance(d, { conditionNumber: 10 })),
        ({ matrix }) => {
          expect(mixedInvariance(matrix)).toBe("signed-permutations");
          const shear = identity(matrix.rows);
          shear.values[1] = 0.25;
          expect(mixedInvariance(multiply(matrix, shear))).toBe("signs");
        },
      ),
    );
  });
});

describe("the group of whitened mixtures", () => {
  const component = (weight: number, about: Matrix, mean: readonly number[] = [0, 0]): Component => ({
    weight,
    mean: Float64Array.from(mean),
    covariance: about,
  });
  const groupOf = (components: readonly Component[]): string => {
    const d = components[0].covariance.rows;
    const values = new Float64Array(d * d);
    for (const { weight, mean, covariance: about } of components) {
      about.values.forEach((entry, at) => (values[at] += weight * (entry + mean[Math.floor(at / d)] * mean[at % d])));
    }
    return componentInvariance(covariance({ rows: d, columns: d, values }), components);
  };
  const skew = matrixFromRows([
    [1, 0.5],
    [0.5, 2],
  ]);

  it.each<[string, readonly Component[], string]>([
    ["one Gaussian of any covariance", [component(1, skew)], "rotations"],
    [
      "one covariance at two scales",
      [component(0.2, skew), component(0.8, multiply(skew, diagonal([3, 3])))],
      "rotations",
    ],
    [
      "mirrored spectra, equally likely",
      [component(0.5, diagonal([1, 3])), component(0.5, diagonal([3, 1]))],
      "signed-permutations",
    ],
    [
      "mirrored spectra, not equally likely",
      [component(0.4, diagonal([1, 3])), component(0.6, diagonal([3, 1]))],
      "coordinate-signs",
    ],
    ["two frames", [component(0.5, diagonal([1, 3])), component(0.5, skew)], "signs"],
    ["opposite means, equally likely", [component(0.5, skew, [1, 2]), component(0.5, skew, [-1, -2])], "signs"],
    [
      "opposite means along an axis",
      [component(0.5, diagonal([1, 3]), [1, 0]), component(0.5, diagonal([1, 3]), [-1, 0])],
      "coordinate-signs",
    ],
    [
      "means at the corners of a square",
      [
        [1, 1],
        [1, -1],
        [-1, 1],
        [-1, -1],
      ].map((mean) => component(0.25, identity(2), mean)),
      "signed-permutations",
    ],
    [
      "a component listed twice",
      [component(0.25, skew, [1, 2]), component(0.25, skew, [1, 2]), component(0.5, skew, [-1, -2])],
      "signs",
    ],
    ["opposite means, not equally likely", [component(0.4, skew, [1, 2]), component(0.6, skew, [-1, -2])], "none"],
    ["a mean", [component(1, skew, [1, 0])], "none"],
  ])("%s", (_, components, group) => {
    expect(groupOf(components)).toBe(group);
  });

  it("is that of the whitened rows: what whitening makes isotropic is isotropic", () => {
    const root = inverseSquareRoot(covariance(skew));
    const spectra = [diagonal([0.5, 1.5]), diagonal([1.5, 0.5])];
    const unwhitened = spectra.map((spectrum) => component(0.5, multiply(inverseOf(root), spectrum, inverseOf(root))));
    expect(groupOf(unwhitened)).toBe("signed-permutations");
  });
});

/** The inverse of a symmetric 2×2 matrix. */
function inverseOf({ values: [a, b, , c] }: Matrix): Matrix {
  const determinant = a * c - b * b;
  return matrixFromRows([
    [c / determinant, -b / determinant],
    [-b / determinant, a / determinant],
  ]);
}
