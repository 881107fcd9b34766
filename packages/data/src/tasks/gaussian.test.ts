import { openStream, randomKey, toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { gaussianTasks } from "./gaussian.ts";

describe("gaussianTasks", () => {
  it("adds the mean to the second moment, and may be singular", () => {
    const { secondMoment, parameters } = gaussianTasks({ covariance: [1, 0], mean: [2, -1] });
    expect(toRows(secondMoment)).toEqual([
      [5, -2],
      [-2, 1],
    ]);
    expect(parameters).toEqual({ covariance: [1, 0], mean: [2, -1] });
  });

  it("draws the mean itself where there is no variance", () => {
    const taskVector = new Float64Array(3);
    gaussianTasks({ dimension: 3, covariance: 0, mean: 1.5 }).draw(openStream(randomKey(0)), taskVector);
    expect([...taskVector]).toEqual([1.5, 1.5, 1.5]);
  });

  it.each([
    ["rotations", { covariance: 2, dimension: 2 }],
    ["rotations", { covariance: [2, 2] }],
    ["coordinate-signs", { covariance: [2, 1] }],
    [
      "signs",
      {
        covariance: [
          [2, 0.1],
          [0.1, 2],
        ],
      },
    ],
    ["none", { covariance: [2, 1], mean: [0, 0.1] }],
  ])("declares the group %s of %j", (invariance, inputs) => {
    expect(gaussianTasks(inputs).declares).toEqual({ invariance });
  });
});
