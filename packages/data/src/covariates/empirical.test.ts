import { DomainError, identity, NumericalError, openStream, randomKey, ShapeError, toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { empiricalCovariates } from "./empirical.ts";

describe("empirical covariates", () => {
  it("have the moments of the given points", () => {
    const law = empiricalCovariates({
      rows: [
        [2, 0],
        [0, 1],
      ],
    });
    expect(toRows(law.covariance.matrix)).toEqual([
      [2, 0],
      [0, 0.5],
    ]);
    expect(toRows(law.fourthMoment!(identity(2)))).toEqual([
      [8, 0],
      [0, 0.5],
    ]);
    expect(law.parameters).toEqual({
      rows: [
        [2, 0],
        [0, 1],
      ],
    });
  });

  it("draw the points themselves, all of them sooner or later", () => {
    const points = [
      [1, 2],
      [3, 4],
      [5, 7],
    ];
    const rows = new Float64Array(200);
    empiricalCovariates({ rows: points }).drawRows(openStream(randomKey(0)), 100, rows, 0);
    const drawn = Array.from({ length: 100 }, (_, row) => rows.subarray(2 * row, 2 * row + 2).join());
    expect([...new Set(drawn)].sort()).toEqual(points.map((point) => point.join()));
  });

  it.each([
    [
      "points that come with their negatives",
      [
        [1, 2],
        [-1, -2],
        [0, 3],
        [-0, -3],
      ],
      { centered: true, invariance: "signs" },
    ],
    [
      "a point that comes twice, its negative once",
      [
        [1, 2],
        [1, 2],
        [-1, -2],
        [0, 1],
      ],
      { centered: false, invariance: "none" },
    ],
    [
      "points that only average to 0",
      [
        [1, 0],
        [0, 1],
        [-1, -1],
      ],
      { centered: true, invariance: "none" },
    ],
    [
      "points that average to 0 up to rounding",
      [
        [0.1, 1],
        [0.2, 1],
        [-0.3, -2],
      ],
      { centered: true, invariance: "none" },
    ],
  ])("declare what is true of %s", (_, rows, declares) => {
    expect(empiricalCovariates({ rows }).declares).toEqual(declares);
  });

  it("refuse points that are ragged, not finite, too few or none", () => {
    const build = (rows: unknown) => () => empiricalCovariates({ rows: rows as number[][] });
    expect(build([[1, 2], [3]])).toThrow(ShapeError);
    expect(build([[1, 2], [3]])).toThrow("empirical covariates.rows[1]: expected a row of 2 numbers");
    expect(
      build([
        [1, NaN],
        [3, 4],
      ]),
    ).toThrow("empirical covariates.rows[0][1]: expected a finite number; got NaN");
    expect(build([[1, 2]])).toThrow(NumericalError);
    expect(build([])).toThrow(DomainError);
    expect(build([[]])).toThrow(DomainError);
  });
});
