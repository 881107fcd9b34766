import { toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { contextMatrices, unpackTriangle } from "./context-matrices.ts";

describe("contextMatrices", () => {
  const context = {
    count: 2,
    dimension: 2,
    rows: 3,
    lengthOf: (prompt: number) => [2, 1][prompt],
    // Two pairs and a row that is not read; then one pair and two such rows.
    covariates: Float64Array.of(1, 2, 3, -1, 9, 9, 2, 0, 9, 9, 9, 9),
    responses: Float64Array.of(1, 2, 9, 3, 9, 9),
  };
  const { width, covariance, energy, contextMoment } = contextMatrices(context);
  const rows = (values: Float64Array, prompt: number): number[][] =>
    toRows(unpackTriangle(values.subarray(prompt * width, (prompt + 1) * width), 2));

  it("averages x xᵀ and y² x xᵀ over the rows that are there", () => {
    expect(rows(covariance, 0)).toEqual([
      [5, -0.5],
      [-0.5, 2.5],
    ]);
    expect(rows(energy, 0)).toEqual([
      [18.5, -5],
      [-5, 4],
    ]);
    expect(rows(energy, 1)).toEqual([
      [36, 0],
      [0, 0],
    ]);
  });

  it("averages y y′ x x′ᵀ over pairs of different rows, of which one row has none", () => {
    // y₁y₂(x₁x₂ᵀ + x₂x₁ᵀ)/2 with x₁ = (1, 2), x₂ = (3, −1), y₁y₂ = 2
    expect(rows(contextMoment, 0)).toEqual([
      [6, 5],
      [5, -4],
    ]);
    expect(rows(contextMoment, 1)).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });
});
