import {
  add,
  diagonal,
  frobeniusNorm,
  matrix,
  maxAbs,
  multiply,
  scale,
  subtract,
  transpose,
  type Matrix,
  type MomentStratum,
} from "@onestep/core";
import { describe, expect, it } from "vitest";
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

describe("three strata too large for a direct system, their variances over several decades", () => {
  const d = directDimension + 1;
  /** Each coordinate has another variance in every stratum: Γ_ij is one division. */
  const strata = (decades: number): MomentStratum[] =>
    [2, 3, 4].map((stride) => {
      const moment = diagonal(Array.from({ length: d }, (_, i) => 10 ** ((-decades * ((i * stride) % d)) / d)));
      return { probability: 1 / 3, querySecondMoment: moment, stepMoment: moment };
    });
  const rhs = matrix(
    d,
    d,
    Array.from({ length: d * d }, (_, at) => ((at * 7) % 13) - 6),
  );

  it("are solved to twelve digits over four of them", () => {
    const solved = strata(4);
    const image = solveStationarity(solved, rhs).values.map((value, at) => {
      const [i, j] = [Math.floor(at / d) * (d + 1), (at % d) * (d + 1)];
      const weight = solved.reduce((sum, own) => sum + own.querySecondMoment.values[i] * own.stepMoment.values[j], 0);
      return (value * weight) / 3;
    });
    expect(frobeniusNorm(subtract(matrix(d, d, image), rhs))).toBeLessThan(2 ** -40 * frobeniusNorm(rhs));
  });

  it("leave no step to a law without signal", () => {
    expect(maxAbs(solveStationarity(strata(4), scale(rhs, 0)))).toBe(0);
  });

  it("are refused over eight, where that cannot be done", () => {
    expect(() => solveStationarity(strata(8), rhs)).toThrowError(
      /^optimalStep: expected the stationarity system to be solved to 12 digits; got a relative residual of/,
    );
  });
});
