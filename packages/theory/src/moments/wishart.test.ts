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

  test("agree with Gaussian integration by parts", () => {
    for (const [contextLength, dimension] of [
      [6, 3],
      [3, 6],
      [11, 4],
    ]) {
      const byParts = traceProducts(BigInt(contextLength), BigInt(dimension));
      const expected = Array.from({ length: 15 }, (_, k) => byParts([k]));
      expect(moments(contextLength, dimension, 14)).toEqual(expected);
    }
  });

  test("an order of 100 is exact where the law is χ²", () => {
    const expected = Array.from({ length: 100 }, (_, k) => 7n + 2n * BigInt(k)).reduce((product, x) => product * x);
    expect(moments(7, 1, 100)[100]).toBe(expected);
  });

  test("refuses sizes that are not", () => {
    expect(() => moments(0, 3, 2)).toThrowError(/whole context length/);
    expect(() => moments(3, 2, -1)).toThrowError(/whole order/);
    expect(() => moments(3, 2, 101)).toThrowError(/at most 100/);
  });
});

/** E[tr S^k Π] = (n+k−1) E[tr S^{k−1} Π] + Σ_{j≤k−2} E[tr S^{j+1} tr S^{k−2−j} Π] + Σᵢ 2kᵢ E[tr S^{k−1+kᵢ} Π without i] */
function traceProducts(n: bigint, d: bigint): (powers: readonly number[]) => bigint {
  const moment = ([k, ...rest]: readonly number[]): bigint => {
    if (k === undefined) return 1n;
    if (k === 0) return d * moment(rest);
    let sum = (n + BigInt(k - 1)) * known([k - 1, ...rest]);
    for (let j = 0; j <= k - 2; j++) sum += known([j + 1, k - 2 - j, ...rest]);
    rest.forEach((other, i) => {
      sum += BigInt(2 * other) * known([k - 1 + other, ...rest.filter((_, at) => at !== i)]);
    });
    return sum;
  };
  const memory = new Map<string, bigint>();
  const known = (powers: readonly number[]): bigint => {
    const sorted = [...powers].sort((a, b) => b - a);
    const name = sorted.join(" ");
    const value = memory.get(name) ?? moment(sorted);
    memory.set(name, value);
    return value;
  };
  return known;
}
