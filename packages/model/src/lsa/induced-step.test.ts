import { DomainError, matrix, matrixFromRows, NumericalError, ShapeError, toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { inducedStep } from "./induced-step.ts";
import { mergeWeights } from "./weights.ts";

describe("inducedStep", () => {
  it("reads Γ = u_y M_xxᵀ + m_yx u_xᵀ and the even part off the blocks", () => {
    const { preconditioner, evenPart } = inducedStep({
      keyQuery: matrixFromRows([
        [1, 2, 100],
        [3, 4, 100],
        [5, 6, 100],
      ]),
      valueProjection: matrix(3, 1, [7, 8, 10]),
    });
    expect(toRows(preconditioner)).toEqual([
      [10 * 1 + 5 * 7, 10 * 3 + 5 * 8],
      [10 * 2 + 6 * 7, 10 * 4 + 6 * 8],
    ]);
    expect(toRows(evenPart.quadratic)).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect([...evenPart.direction]).toEqual([7, 8]);
    expect([...evenPart.energy]).toEqual([50, 60]);
  });

  it("refuses parameters that are no layer", () => {
    const layer = (rows: number, columns: number, values: number) => ({
      keyQuery: matrix(rows, columns),
      valueProjection: matrix(values, 1),
    });
    expect(() => inducedStep(layer(3, 2, 3))).toThrow(ShapeError);
    expect(() => inducedStep(layer(3, 3, 2))).toThrow(ShapeError);
    expect(() => inducedStep(layer(1, 1, 1))).toThrow(/inducedStep: expected a key-query matrix \[d\+1, d\+1\]/);
  });

  it("refuses parameters that are not finite, and says what makes them so", () => {
    const broken = { keyQuery: matrix(2, 2), valueProjection: matrix(2, 1) };
    for (const values of [broken.keyQuery.values, broken.valueProjection.values]) {
      for (const bad of [NaN, Infinity]) {
        values[1] = bad;
        expect(() => inducedStep(broken)).toThrow(DomainError);
        expect(() => inducedStep(broken)).toThrow(/diverged/);
      }
      values[1] = 0;
    }
    expect(toRows(inducedStep(broken).preconditioner)).toEqual([[0]]);
  });

  it("refuses weights whose products overflow, in Γ or in the even part alone", () => {
    const huge = (keyQuery: number[], valueProjection: number[]) => () =>
      inducedStep({ keyQuery: matrix(2, 2, keyQuery), valueProjection: matrix(2, 1, valueProjection) });
    expect(huge([1e200, 0, 0, 0], [0, 1e200])).toThrow(/inducedStep: expected a result that fits double precision/);
    expect(huge([0, 0, 1e200, 0], [0, 1e200])).toThrow(NumericalError);
    expect(huge([0, 0, 1e200, 0], [1e-200, 1e100])().evenPart.energy).toEqual(Float64Array.of(1e200 * 1e100));
  });
});

describe("mergeWeights", () => {
  const weights = {
    key: matrixFromRows([[1, 2]]),
    query: matrixFromRows([[3, 4]]),
    value: matrixFromRows([
      [5, 6],
      [7, 8],
    ]),
    head: Float64Array.of(1, 10),
  };

  it("merges M = W_KᵀW_Q and u = W_Vᵀh", () => {
    const { keyQuery, valueProjection } = mergeWeights(weights);
    expect(toRows(keyQuery)).toEqual([
      [3, 4],
      [6, 8],
    ]);
    expect(toRows(valueProjection)).toEqual([[75], [86]]);
  });

  it("refuses factors that do not fit", () => {
    expect(() => mergeWeights({ ...weights, query: matrixFromRows([[3], [4]]) })).toThrow(ShapeError);
    expect(() => mergeWeights({ ...weights, head: Float64Array.of(1) })).toThrow(ShapeError);
    expect(() => mergeWeights({ ...weights, head: Float64Array.of(1, NaN) })).toThrow(DomainError);
  });

  it("refuses factors whose products overflow, of keys and queries or of values and head", () => {
    const [key, query] = [matrixFromRows([[1e200, 0]]), matrixFromRows([[1e200, 0]])];
    expect(() => mergeWeights({ ...weights, key, query })).toThrow(/mergeWeights: expected a result that fits double/);
    const value = matrixFromRows([
      [1e200, 0],
      [0, 0],
    ]);
    expect(() => mergeWeights({ ...weights, value, head: Float64Array.of(1e200, 0) })).toThrow(NumericalError);
  });
});
