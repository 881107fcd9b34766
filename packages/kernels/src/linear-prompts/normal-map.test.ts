import { matrixFromRows, openStream, randomKey } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { affineMap } from "./normal-map.ts";

const normals = (count: number): Float64Array => {
  const draws = new Float64Array(count);
  openStream(randomKey(5)).fillNormals(draws, 0, count);
  return draws;
};

describe("affineMap", () => {
  it.each([1, 2, 3, 4, 5, 8, 11])(
    "multiplies by a triangle in %i dimensions, each sum in the order of its terms",
    (d) => {
      const rows = Array.from({ length: d }, (_, i) =>
        Array.from({ length: d }, (__, j) => (j <= i ? 1 / (i + j + 2) : 0)),
      );
      const [z, x] = [normals(3 * d), normals(3 * d)];
      affineMap(matrixFromRows(rows))(x, d, 2);
      const multiplied = Array.from({ length: 2 * d }, (_, at) => {
        const [row, i] = [d + at - (at % d), at % d];
        return rows[i].slice(0, i + 1).reduce((sum, factor, j) => sum + factor * z[row + j], 0);
      });
      expect([...x]).toEqual([...z.subarray(0, d), ...multiplied]);
    },
  );

  it("scales by a diagonal, leaves normals alone for I, and adds the mean", () => {
    const [z, scaled, moved] = [normals(6), normals(6), normals(6)];
    affineMap(
      matrixFromRows([
        [2, 0],
        [0, 3],
      ]),
    )(scaled, 0, 3);
    expect([...scaled]).toEqual([2 * z[0], 3 * z[1], 2 * z[2], 3 * z[3], 2 * z[4], 3 * z[5]]);
    affineMap(
      matrixFromRows([
        [1, 0],
        [0, 1],
      ]),
      Float64Array.of(5, -1),
    )(moved, 2, 1);
    expect([...moved]).toEqual([z[0], z[1], z[2] + 5, z[3] - 1, z[4], z[5]]);
  });

  it("says what it is: which part of L there is, and whether there is a mean", () => {
    const kindOf = (rows: number[][], mean?: Float64Array): unknown => {
      const { factor, mean: shift } = affineMap(matrixFromRows(rows), mean).affine;
      return [factor.kind, [...factor.values], shift];
    };
    expect(
      kindOf(
        [
          [1, 0],
          [0, 1],
        ],
        new Float64Array(2),
      ),
    ).toEqual(["identity", [], undefined]);
    expect(
      kindOf([
        [2, 0],
        [0, 2],
      ]),
    ).toEqual(["diagonal", [2, 2], undefined]);
    expect(
      kindOf(
        [
          [2, 0],
          [1, 2],
        ],
        Float64Array.of(0, 1),
      ),
    ).toEqual(["lower", [2, 0, 1, 2], Float64Array.of(0, 1)]);
  });
});
