import { expect, test } from "vitest";
import { ulpDistance } from "../../tests/distance.ts";
import { betaCdf } from "./beta.ts";
import { clopperPearson } from "./interval.ts";
import { studentCdf, studentQuantile } from "./student.ts";

// All values: the positive power series of the incomplete beta function and its inverse by root finding, in 300 bits
// or more (mpmath 1.3), at exactly these doubles.

const cdfValues: readonly (readonly [x: number, a: number, b: number, value: number])[] = [
  [0.5, 0.5, 0.5, 0.5],
  [0.1, 2, 3, 0.052300000000000006],
  [0.9, 2, 3, 0.9963],
  [1e-5, 0.5, 0.5, 0.0020131718394753874],
  [0.3, 7.5, 12, 0.22648852367403527],
  [0.01, 100, 200, 3.827816088844985e-120],
  [0.25, 100, 300, 0.5076806528982708],
  [0.19, 1e3, 4e3, 0.03725512732985485],
  [0.205, 1e4, 4e4, 0.9972831400378829],
  [1e-12, 1e-3, 2, 0.9737199710007411],
  [0.7, 30.5, 0.5, 3.385128431849436e-6],
  [1e-8, 3, 1e6, 1.654221503078637e-7],
  [0.999999, 1e6, 0.5, 0.15729915515583529],
  [1e-200, 0.5, 2.5, 1.6976527263135503e-100],
  [0.498, 3e5, 3e5, 0.0009728503953207386],
  [0.02691008022460284, 1e-9, 15, 0.9999999992902772],
];

const studentCdfValues: readonly (readonly [t: number, dof: number, value: number])[] = [
  [-0.1, 3, 0.4633261744004029],
  [-1, 0.5, 0.3011216108413221],
  [-1.5, 5, 0.09695184012123671],
  [-2.5, 7.3, 0.019825117332800235],
  [-6.11, 99, 9.859144088978035e-9],
  [-6.11, 1e6, 4.98338493765458e-10],
  [-40, 2.5, 7.097817145246691e-5],
  [-1e100, 1.5, 3.770852432016246e-151],
  [-8, 30, 3.1329112378503795e-9],
  [-1e-8, 4, 0.49999999625],
];

const studentQuantileValues: readonly (readonly [p: number, dof: number, value: number])[] = [
  [0.4, 3, -0.27667066233268983],
  [0.25, 0.5, -1.5537739740300374],
  [0.025, 1, -12.706204736174705],
  [0.025, 7, -2.3646242515927853],
  [0.005, 2.5, -7.163728138948786],
  [5e-10, 99, -6.752948013070113],
  [1e-30, 12, -913.2953037535567],
  [0.4999, 40, -0.00025223421475788893],
  [1e-5, 1e3, -4.285437682652958],
];

const clopperPearsonValues: readonly (readonly [k: number, n: number, level: number, lower: number, upper: number])[] =
  [
    [3, 10, 0.95, 0.0667395111777345, 0.6524528500599972],
    [50, 100, 0.99, 0.368861437358924, 0.6311385626410759],
    [1, 1000, 0.95, 2.5317487491294065e-5, 0.005558924279826672],
    [999, 1000, 0.95, 0.9944410757201734, 0.9999746825125088],
    [1234, 10000, 0.999999999, 0.10421608067777718, 0.14448755336517907],
  ];

/** A dozen functions on the way, and those roundings of the logarithm that the exponential makes into roundings of p. */
const ulpsOf = (p: number, condition: number): number => 16 + 2 * (Math.abs(Math.log(p)) + condition);

test("betaCdf, as far as x is known", () => {
  for (const [x, a, b, value] of cdfValues) {
    const condition = Math.abs(a - (a + b) * x) / (1 - x); // about d ln I/d ln x, away from the centre
    const within = ulpDistance(betaCdf(x, a, b), value) <= ulpsOf(value, condition);
    expect([x, a, b, within]).toEqual([x, a, b, true]);
  }
});

test("studentCdf", () => {
  for (const [t, dof, value] of studentCdfValues) {
    expect([t, dof, ulpDistance(studentCdf(t, dof), value) <= ulpsOf(value, 0)]).toEqual([t, dof, true]);
  }
});

test("studentQuantile, to 16 ulp", () => {
  for (const [p, dof, value] of studentQuantileValues) {
    expect([p, dof, ulpDistance(studentQuantile(p, dof), value) <= 16]).toEqual([p, dof, true]);
  }
});

test("clopperPearson, to 16 ulp", () => {
  for (const [k, n, level, ...ends] of clopperPearsonValues) {
    const { lower, upper } = clopperPearson(k, n, level);
    const ulps = [lower, upper].map((end, i) => ulpDistance(end, ends[i]));
    expect([k, n, ulps.every((distance) => distance <= 16)]).toEqual([k, n, true]);
  }
});
