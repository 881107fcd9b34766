import { describe, expect, test } from "vitest";
import { wishartTraceMoments } from "./wishart.ts";

const moments = (contextLength: number, dimension: number, order: number): readonly bigint[] =>
  wishartTraceMoments({ contextLength, dimension, order }).value;

describe("wishartTraceMoments", () => {
  test("the first four are the known polynomials in n and d", () => {
    for (const [contextLength, dimension] of [
      [1, 1],
      [3, 2],
      [20, 5],
      [5, 20],
      [1000, 300],
    ] as const) {
      const [n, d] = [BigInt(contextLength), BigInt(dimension)];
      expect(moments(contextLength, dimension, 4)).toEqual([
        d,
        n * d,
        n * d * (n + d + 1n),
        n * d * (n * n + d * d + 3n * n * d + 3n * n + 3n * d + 4n),
        n *
          d *
          (n ** 3n +
            d ** 3n +
            6n * n * n * d +
            6n * n * d * d +
            6n * n * n +
            6n * d * d +
            17n * n * d +
            21n * n +
            21n * d +
            20n),
      ]);
    }
  });

  test("in one dimension they are the moments of χ²: n(n+2)(n+4)…", () => {
    const expected = [1n];
    for (let k = 0n; k < 20n; k++) expected.push(expected[Number(k)] * (7n + 2n * k));
    expect(moments(7, 1, 20)).toEqual(expected);
  });

  test("XᵀX and XXᵀ share their non-zero eigenvalues: n and d may change places", () => {
    expect(moments(4, 9, 12).slice(1)).toEqual(moments(9, 4, 12).slice(1));
  });

  test("refuses sizes that are not", () => {
    expect(() => moments(0, 3, 2)).toThrowError(/whole context length/);
    expect(() => moments(3, 2, -1)).toThrowError(/whole order/);
    expect(() => moments(3, 2, 61)).toThrowError(/at most 60/);
  });
});
