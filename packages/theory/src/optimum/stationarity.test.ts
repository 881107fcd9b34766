import { add, frobeniusNorm, matrix, maxAbs, multiply, scale, subtract, transpose, type Matrix } from "@onestep/core";
import { expect, it } from "vitest";
import { directDimension, solveStationarity } from "./stationarity.ts";

/** Symmetric, positive definite, and with the others of its kind in no common basis. */
function definite(d: number, seed: number): Matrix {
  const entries = Float64Array.from({ length: d * d }, (_, at) => (((at + 1) * (seed * 37 + 11)) % 101) / 101 - 0.5);
  const square = matrix(d, d, entries);
  const ridge = matrix(
    d,
    d,
    Float64Array.from({ length: d * d }, (_, at) => (at % (d + 1) === 0 ? 1 : 0)),
  );
  return add(scale(multiply(square, transpose(square)), 1 / d), ridge);
}

it.each([directDimension, directDimension + 1])("finds the step of three strata in dimension %i", (d) => {
  const strata = [1, 2, 3].map((k) => ({
    probability: k / 6,
    querySecondMoment: definite(d, k),
    stepMoment: definite(d, k + 3),
  }));
  const known = matrix(
    d,
    d,
    Float64Array.from({ length: d * d }, (_, at) => ((at * 7) % 13) - 6),
  );
  const rhs = strata
    .map(({ probability, querySecondMoment, stepMoment }) =>
      scale(multiply(multiply(querySecondMoment, known), stepMoment), probability),
    )
    .reduce((sum, term) => add(sum, term));
  const found = solveStationarity(strata, rhs);
  expect(maxAbs(subtract(found, known))).toBeLessThan(2 ** -34 * frobeniusNorm(known));
});
