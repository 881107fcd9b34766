import { DomainError, matrix, matrixFromRows, multiply, ShapeError, toRows, transpose, identity } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { extendedAttention, ridgeStepHeads, ridgeTokens, type TokenMap } from "./extended-attention.ts";

const tokens = matrixFromRows([
  [1, 2],
  [-1, 0.5],
  [3, -2],
]);
const input: TokenMap = { weight: identity(2), bias: matrix(3, 2) };
const constant = (bias: TokenMap["bias"]): TokenMap => ({ weight: matrix(2, bias.columns), bias });

describe("extendedAttention", () => {
  test("is any constant, the input itself, and products of two and three matrices", () => {
    const one = constant(identity(3));
    const five = constant(
      matrixFromRows([
        [5, 0],
        [0, 5],
        [5, 5],
      ]),
    );
    const run = (query: TokenMap, key: TokenMap, value: TokenMap): number[][] =>
      toRows(extendedAttention([{ query, key, value }], tokens));
    expect(run(one, one, five)).toEqual(toRows(five.bias));
    expect(run(one, one, input)).toEqual(toRows(tokens));
    expect(run(input, input, one)).toEqual(toRows(multiply(tokens, transpose(tokens))));
    expect(run(input, input, input)).toEqual(toRows(multiply(tokens, transpose(tokens), tokens)));
  });

  test("adds its heads", () => {
    const one = constant(identity(3));
    const head = { query: one, key: one, value: input };
    expect(extendedAttention([head, head], tokens).values).toEqual(tokens.values.map((value) => 2 * value));
  });

  test("refuses no heads, and maps that do not fit", () => {
    expect(() => extendedAttention([], tokens)).toThrowError(DomainError);
    const short = { weight: identity(2), bias: matrix(2, 2) };
    expect(() => extendedAttention([{ query: short, key: input, value: input }], tokens)).toThrowError(ShapeError);
  });
});

describe("ridgeStepHeads", () => {
  test("takes the step of gradient descent on the ridge objective, from any weights, and leaves the rest", () => {
    const context = { covariates: tokens, responses: [1, 0, 2] };
    const heads = ridgeStepHeads({ contextLength: 3, dimension: 2, rate: 0.3, penalty: 1.5 });
    const first = extendedAttention(heads, ridgeTokens(context));
    const second = extendedAttention(heads, first);
    // Xᵀy = (7, −2), XᵀX = [[11, −4.5], [−4.5, 8.25]]
    const w = [0.7, -0.2];
    expectClose(toRows(first)[3], [0, 0, 0, ...w], 1e-15);
    const next = [
      0.85 * w[0] + 0.1 * (7 - 11 * w[0] + 4.5 * w[1]),
      0.85 * w[1] + 0.1 * (-2 + 4.5 * w[0] - 8.25 * w[1]),
    ];
    expectClose(toRows(second)[3], [0, 0, 0, ...next], 1e-15);
    expect(toRows(second).slice(0, 3)).toEqual(toRows(ridgeTokens(context)).slice(0, 3));
  });

  test("refuses impossible numbers", () => {
    const step = { contextLength: 3, dimension: 2, rate: 0.3, penalty: 0 };
    expect(() => ridgeStepHeads({ ...step, penalty: -1 })).toThrowError(/penalty λ ≥ 0/);
    expect(() => ridgeStepHeads({ ...step, rate: NaN })).toThrowError(/finite rate/);
    expect(() => ridgeStepHeads({ ...step, contextLength: 0 })).toThrowError(DomainError);
    expect(() => ridgeTokens({ covariates: tokens, responses: [1] })).toThrowError(ShapeError);
  });
});
