import { identity, isotropic, type Matrix } from "@onestep/core";
import { describe, expect, test } from "vitest";
import { mapClosedForm, type ClosedForm } from "./closed-form.ts";
import {
  requireContextLength,
  requireCount,
  requireCovariance,
  requireDimension,
  requireFields,
  requireFiniteNumber,
  requireFunction,
  requireInRange,
  requireList,
  requireMatrix,
  requireNonNegative,
  requirePositive,
  requireProbabilities,
  requireSize,
  requireSquare,
  requireVariance,
} from "./require.ts";

const matrixOf = (rows: number, columns: number, ...values: number[]): Matrix => ({
  rows,
  columns,
  values: Float64Array.from(values),
});

describe("what gates let through", () => {
  test.each<[string, () => void]>([
    ["one pair, in one dimension", () => (requireContextLength("f", 1), requireDimension("f", 1))],
    ["the least count", () => requireCount("f", "rank", 0, 0, "")],
    ["nothing, where numbers are not negative", () => (requireNonNegative("f", "x", 0), requireVariance("f", "x", 0))],
    ["the smallest positive number", () => requirePositive("f", "x", Number.MIN_VALUE)],
    ["the largest numbers", () => requireNonNegative("f", "x", Number.MAX_VALUE)],
    ["negative numbers, where only infinity is not meant", () => requireFiniteNumber("f", "x", -Number.MAX_VALUE)],
    ["a field that is there, whatever it holds", () => requireFields("f", "a law", { n: undefined }, ["n"])],
    ["lists, typed and untyped, empty ones too", () => [[], new Float64Array(0)].map((x) => requireList("f", "x", x))],
    ["matrices of any shape", () => requireSize("f", "x", matrixOf(1, 2, 3, -4), 1, 2)],
    ["square matrices", () => requireSquare("f", "x", identity(2))],
    ["covariances", () => requireCovariance("f", "Σ", isotropic(2))],
    ["probabilities that miss 1 by 2⁻⁴⁰", () => requireProbabilities("f", "p", [0.5, 0.5 + 2 ** -40])],
    ["and by an ulp for each entry of a long list", () => requireProbabilities("f", "p", uniform(8192, 2 ** -39))],
    ["no numbers at all", () => requireInRange("f", "x", [])],
  ])("%s", (_, gate) => {
    expect(gate).not.toThrow();
  });
});

describe("what they refuse, in which words", () => {
  test.each<[string, () => void]>([
    ["f: expected a whole context length, at least 1; got 0", () => requireContextLength("f", 0)],
    ["f: expected a whole context length, at least 1; got 2.5", () => requireContextLength("f", 2.5)],
    ["f: expected a whole dimension, at least 1; got 0", () => requireDimension("f", 0)],
    ["f: expected a whole rank, at least 2; got 1", () => requireCount("f", "rank", 1, 2, "")],
    ["f: expected a finite x, at least 0; got -5e-324", () => requireNonNegative("f", "x", -Number.MIN_VALUE)],
    ["f: expected a finite x, at least 0; got Infinity", () => requireVariance("f", "x", Infinity)],
    ["f: expected a finite x, at least 0; got NaN", () => requireNonNegative("f", "x", NaN)],
    ["f: expected a finite x above 0; got 0", () => requirePositive("f", "x", 0)],
    ["f: expected a finite x above 0; got Infinity", () => requirePositive("f", "x", Infinity)],
    ["f: expected a finite x; got -Infinity", () => requireFiniteNumber("f", "x", -Infinity)],
    ["f: expected a law with n, d; got one without d", () => requireFields("f", "a law", { n: 1 }, ["n", "d"])],
    ["f: expected a law with n; got null", () => requireFields("f", "a law", null, ["n"])],
    ["f: expected a law with n; got 7", () => requireFields("f", "a law", 7, ["n"])],
    ["f: expected a list of x; got null", () => requireList("f", "x", null as never)],
    ["f: expected a list of x; got object", () => requireList("f", "x", { length: 0 })],
    ["f: expected a function (h); got number", () => requireFunction("f", "h", 7)],
    [
      "f: expected a matrix (x) with rows, columns, values; got undefined",
      () => requireMatrix("f", "x", undefined as never),
    ],
    [
      "f: expected a list of rows × columns numbers, the values of x,; got number",
      () => requireMatrix("f", "x", { rows: 1, columns: 1, values: 3 as never }),
    ],
    [
      "f: expected x with rows × columns values; got 3 values for 2×2",
      () => requireMatrix("f", "x", matrixOf(2, 2, 1, 2, 3)),
    ],
    [
      "f: expected a covariance (Σ), as covariance(matrix) returns it, with",
      () => requireCovariance("f", "Σ", identity(2) as never),
    ],
    [
      "f: expected the matrix of Σ with rows × columns values",
      () => requireCovariance("f", "Σ", { ...isotropic(2), matrix: matrixOf(2, 2) }),
    ],
    [
      "f: expected the factor of Σ with rows × columns values",
      () => requireCovariance("f", "Σ", { ...isotropic(2), factor: matrixOf(2, 2) }),
    ],
    ["f: expected x to be 1×1; got 1×2", () => requireSquare("f", "x", matrixOf(1, 2, 3, 4))],
    ["f: expected x to be 2×1; got 1×1", () => requireSize("f", "x", matrixOf(1, 1, 3), 2, 1)],
    [
      "f: expected x with rows × columns values; got 1 values for 2×2",
      () => requireSize("f", "x", matrixOf(2, 2, 3), 2, 2),
    ],
    [
      "f: expected x with rows × columns values; got 1 values for 2×2",
      () => requireSquare("f", "x", matrixOf(2, 2, 3)),
    ],
    ["f: expected a finite entry of x; got NaN", () => requireSquare("f", "x", matrixOf(1, 1, NaN))],
    ["f: expected a finite p (entry 1), at least 0; got -0.5", () => requireProbabilities("f", "p", [1.5, -0.5])],
    ["f: expected p that sum to 1; got 2 of them with sum 0.9", () => requireProbabilities("f", "p", [0.5, 0.4])],
    [
      "f: expected p that sum to 1; got 2 of them",
      () => requireProbabilities("f", "p", [0.5, 0.5 + 2 ** -40 + 2 ** -52]),
    ],
    [
      "f: expected p that sum to 1; got 8192 of them",
      () => requireProbabilities("f", "p", uniform(8192, 2 ** -39 + 2 ** -52)),
    ],
    ["f: expected p that sum to 1; got 0 of them with sum 0", () => requireProbabilities("f", "p", [])],
    [
      "f: expected a x within the range of floating point; got -Infinity",
      () => requireInRange("f", "x", [1, -Infinity]),
    ],
  ])("%s", (words, gate) => {
    expect(gate).toThrowError(words);
  });
});

test("a closed form that is read differently keeps its passport", () => {
  const form: ClosedForm<number> = {
    value: 2,
    formula: "x",
    hypotheses: ["h"],
    source: { key: "onestep", locator: "f" },
  };
  expect(mapClosedForm(form, (value) => `${value}`)).toEqual({ ...form, value: "2" });
  expect(() => mapClosedForm({} as never, String)).toThrowError("mapClosedForm: expected a closed form with value");
  expect(() => mapClosedForm(form, 7 as never)).toThrowError("mapClosedForm: expected a function (value ↦ value)");
});

/** `count` equal probabilities, the first of them too large by `excess`. */
function uniform(count: number, excess: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 / count + (i === 0 ? excess : 0));
}
