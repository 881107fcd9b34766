import { expectClose } from "@onestep/testkit";
import { expect, test } from "vitest";
import { compositeGaussLegendre, integrate } from "@onestep/core";
import { plateauLength, rankOneTime } from "./rank-one-growth.ts";

const direction = { covariateVariance: 1.4, taskVariance: 0.6, gamma: 0.25, lossReduction: 1 };
const growth = { contextLength: 5, direction, prefactor: 0.3 };
const drive = 2 * 0.3 * 5 * 1.4 ** 2 * 0.6;
const limit = Math.cbrt(0.25 / 0.3);

test("the time of growth is the integral of ds/ṡ, near its start and near its limit", () => {
  for (const [from, to] of [
    [0.01, 0.02],
    [0.3, 0.9 * limit],
    [0.9 * limit, 0.999 * limit],
  ]) {
    const edges = Array.from(
      { length: 21 },
      (_, i) => limit - (limit - from) * ((limit - to) / (limit - from)) ** (i / 20),
    );
    const expected = integrate(compositeGaussLegendre(edges, 12), (s) => 1 / (drive * s * s * (1 - (s / limit) ** 3)));
    expectClose(rankOneTime(growth, from, to).value / expected, 1, 1e-11);
  }
  expect(rankOneTime(growth, 0.3, 0.3).value).toBe(0);
  expect(() => rankOneTime(growth, 0.3, limit * (1 + 1e-15))).toThrowError("but not including, the limit");
});

test("the plateau is the first term of it, 1/(2κnλ²ω s₀), with κ = 1/n where none is given", () => {
  expectClose(plateauLength(growth, 0.02).value, 1 / (drive * 0.02), 1e-13);
  expectClose(plateauLength({ contextLength: 5, direction }, 0.02).value, 1 / (2 * 1.4 ** 2 * 0.6 * 0.02), 1e-13);
  expectClose(rankOneTime(growth, 1e-6, limit / 2).value * drive * 1e-6, 1, 1e-5);
});
