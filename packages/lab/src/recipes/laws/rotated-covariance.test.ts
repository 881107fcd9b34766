import { childKey, diagonal, randomKey, toRows } from "@onestep/core";
import { expect, it } from "vitest";
import { rotatedCovariance, stepsAlong } from "./rotated-covariance.ts";

const key = randomKey(0);
const spectrum = [2, 0.5, 1];

it("a rotated covariance has its spectrum along its axes, and no other axes have", () => {
  const sigma = rotatedCovariance(spectrum, childKey(key, "axes"));
  const along = stepsAlong(sigma, toRows(sigma.covariance.matrix));
  along.forEach((step, i) => expect(step).toBeCloseTo(spectrum[i], 12));
  expect(stepsAlong(sigma, toRows(diagonal(spectrum)))[0]).not.toBeCloseTo(2, 2);
  const other = rotatedCovariance(spectrum, childKey(key, "other axes"));
  expect(stepsAlong(other, toRows(sigma.covariance.matrix))[0]).not.toBeCloseTo(2, 2);
});
