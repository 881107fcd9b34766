import { describe, expect, test } from "vitest";
import { erf, erfc } from "./error-function.ts";
import { exp, expm1 } from "./exponential.ts";
import { tanh } from "./hyperbolic.ts";
import { log, log1p } from "./logarithm.ts";
import { binaryExponent, scaleByPowerOfTwo } from "./powers-of-two.ts";
import { cos, sin } from "./trigonometric.ts";

const { MAX_VALUE, MIN_VALUE } = Number;

/** Results at the special arguments −∞, −0, 0, ∞ and NaN. */
const special: readonly [name: string, f: (x: number) => number, results: readonly number[]][] = [
  ["exp", exp, [0, 1, 1, Infinity, NaN]],
  ["expm1", expm1, [-1, -0, 0, Infinity, NaN]],
  ["log", log, [NaN, -Infinity, -Infinity, Infinity, NaN]],
  ["log1p", log1p, [NaN, -0, 0, Infinity, NaN]],
  ["sin", sin, [NaN, -0, 0, NaN, NaN]],
  ["cos", cos, [NaN, 1, 1, NaN, NaN]],
  ["tanh", tanh, [-1, -0, 0, 1, NaN]],
  ["erf", erf, [-1, -0, 0, 1, NaN]],
  ["erfc", erfc, [2, 1, 1, 0, NaN]],
];

describe("at −∞, ±0, ∞ and NaN", () => {
  for (const [name, f, results] of special) {
    test(`${name} gives ${results.map((result) => (Object.is(result, -0) ? "-0" : result)).join(", ")}`, () => {
      [-Infinity, -0, 0, Infinity, NaN].forEach((x, at) => expect(f(x)).toBe(results[at]));
    });
  }
});

test("exp reaches the largest and the smallest double, and no further", () => {
  expect(exp(709.782712893384)).toBeLessThan(Infinity);
  expect(exp(709.782712893384)).toBeGreaterThan(1.797693e308);
  expect(exp(709.7827128933841)).toBe(Infinity);
  expect(exp(-745.1332191019411)).toBe(MIN_VALUE);
  expect(exp(-745.1332191019412)).toBe(0); // e^x is just below half the smallest double
  expect(expm1(709.7827128933841)).toBe(Infinity);
});

test("log takes subnormal and huge arguments, and no negative ones", () => {
  expect(log(MIN_VALUE)).toBe(-744.4400719213812);
  expect(log(MAX_VALUE)).toBe(709.782712893384);
  expect(log(-1)).toBe(NaN);
  expect(log1p(-1)).toBe(-Infinity);
  expect(log1p(-1.5)).toBe(NaN);
  expect(log1p(MIN_VALUE)).toBe(MIN_VALUE);
});

test("exact values are exact", () => {
  for (let k = -30; k <= 30; k++) expect(log(2 ** k)).toBe(k * Math.LN2);
  expect(cos(0)).toBe(1);
  expect(erfc(0)).toBe(1);
  expect(exp(1)).toBe(Math.E);
});

test("the double next to π is reduced exactly: sin π is the part of π that it misses", () => {
  expect(sin(Math.PI)).toBe(1.2246467991473532e-16);
  expect(cos(Math.PI / 2)).toBe(6.123233995736766e-17);
  expect(sin(-Math.PI)).toBe(-1.2246467991473532e-16);
});

test("tails saturate where their value rounds to the limit", () => {
  expect(tanh(19.1)).toBe(1);
  expect(tanh(-30)).toBe(-1);
  expect(tanh(18)).toBeLessThan(1);
  expect(erf(5.8)).toBeLessThan(1);
  expect(erf(7)).toBe(1);
  expect(erfc(-7)).toBe(2);
  expect(erfc(27.22)).toBeGreaterThan(0);
  expect(erfc(27.3)).toBe(0);
});

test("exp, tanh and erf never decrease across the seams of their branches", () => {
  for (const [f, seam] of [
    [exp, Math.LN2 / 2],
    [expm1, Math.LN2 / 2],
    [expm1, -Math.LN2 / 2],
    [tanh, 0.17],
    [tanh, 20],
    [erf, 1],
    [erf, 6],
    [log1p, Math.SQRT2 - 1],
    [log1p, Math.SQRT1_2 - 1],
  ] as const) {
    for (let step = -50; step < 50; step++) {
      const [below, above] = [f(seam * (1 + step * 1e-13)), f(seam * (1 + (step + 1) * 1e-13))];
      expect(seam > 0 ? below <= above : below >= above).toBe(true);
    }
  }
});

test("powers of two at both ends of the range", () => {
  expect(scaleByPowerOfTwo(1.5, 1023)).toBe(1.5 * 2 ** 1023);
  expect(scaleByPowerOfTwo(0.75, 1024)).toBe(1.5 * 2 ** 1023);
  expect(scaleByPowerOfTwo(1, -1074)).toBe(MIN_VALUE);
  expect(scaleByPowerOfTwo(1.25, -1075)).toBe(MIN_VALUE);
  expect(scaleByPowerOfTwo(0.5, -1074)).toBe(0);
  expect(binaryExponent(1)).toBe(0);
  expect(binaryExponent(0.75)).toBe(-1);
  expect(binaryExponent(MAX_VALUE)).toBe(1023);
});
