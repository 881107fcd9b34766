import { DomainError, openStream, randomKey } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { gaussianAr1Covariates } from "./gaussian-ar1.ts";
import { gaussianCovariates } from "./gaussian.ts";

const covariance = [
  [2, 0.5],
  [0.5, 1],
];

function rowsOf(law: CovariateLaw, count: number): Float64Array {
  const rows = new Float64Array(2 * count);
  law.drawRows(openStream(randomKey(5)), count, rows, 0);
  return rows;
}

/** Σ_{i≠j} ρ^{2|i−j|}, pair by pair. */
function pairByPair(n: number, rho: number): number {
  let sum = 0;
  for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) if (i !== j) sum += rho ** (2 * Math.abs(i - j));
  return sum;
}

describe("gaussian-ar1 covariates", () => {
  it.each([0.7, -0.7, 0.999, 1e-9])("ρ = %d: the squared correlations of all pairs of rows", (rho) => {
    const { rowCorrelation } = gaussianAr1Covariates({ dimension: 1, correlation: rho });
    for (const n of [1, 2, 3, 6, 40]) {
      const expected = pairByPair(n, rho);
      expectClose(rowCorrelation!(n), expected, 1e-14 * expected);
    }
  });

  it("are nearly one row repeated as ρ → 1, without cancellation", () => {
    const gap = 2 ** -50;
    const { rowCorrelation } = gaussianAr1Covariates({ dimension: 1, correlation: 1 - gap });
    // Σ_{i≠j} (1 − 2|i−j|·gap) = n(n−1) − 2·gap·n(n²−1)/3
    expectClose(rowCorrelation!(100), 9900 - (2 * gap * 100 * 9999) / 3, 2e-11);
  });

  it.each([0.7, 0.999])("ρ = %d: their mean over all lengths from one to another", (rho) => {
    const { meanRowCorrelation } = gaussianAr1Covariates({ dimension: 1, correlation: rho });
    for (const [from, to] of [
      [1, 1],
      [1, 17],
      [5, 9],
      [12, 12],
    ]) {
      const lengths = Array.from({ length: to - from + 1 }, (_, i) => from + i);
      const expected = lengths.reduce((sum, n) => sum + pairByPair(n, rho), 0) / lengths.length;
      expectClose(meanRowCorrelation!({ from, to }), expected, 1e-14 * expected);
    }
  });

  it("are known for lengths that could not be added up one by one", () => {
    const { meanRowCorrelation } = gaussianAr1Covariates({ dimension: 1, correlation: 0.5 });
    // Σ_{i≠j} r^{|i−j|} = 2(nr/(1−r) − r/(1−r)² + …) with r = ¼, linear in n but for what has long vanished
    const at = (n: number): number => (2 * n) / 3 - 8 / 9;
    const expected = at((1e12 + 1e6) / 2);
    expectClose(meanRowCorrelation!({ from: 1e6, to: 1e12 }), expected, 1e-14 * expected);
  });

  it("are gaussian covariates at ρ = 0, to the last bit", () => {
    const [chain, independent] = [
      gaussianAr1Covariates({ correlation: 0, covariance }),
      gaussianCovariates({ covariance }),
    ];
    expect(rowsOf(chain, 5)).toEqual(rowsOf(independent, 5));
    expect(chain).toMatchObject({ gaussian: true, declares: { centered: true, invariance: "rotations" } });
    expect(chain.rowCorrelation).toBeUndefined();
  });

  it("draw each row from the one before: x_{i+1} = ρxᵢ + √(1 − ρ²)ξ", () => {
    const law = gaussianAr1Covariates({ correlation: 0.6, covariance });
    const [chain, innovations] = [rowsOf(law, 4), rowsOf(gaussianCovariates({ covariance }), 4)];
    expect(law.gaussian).toBe(false);
    expect([...chain.subarray(0, 2)]).toEqual([...innovations.subarray(0, 2)]);
    for (let at = 2; at < 8; at++) expectClose(chain[at], 0.6 * chain[at - 2] + 0.8 * innovations[at], 1e-15);
  });

  it.each([1, -1, 1.5])("refuse ρ = %d: no stationary chain has it", (correlation) => {
    expect(() => gaussianAr1Covariates({ dimension: 2, correlation })).toThrow(DomainError);
    expect(() => gaussianAr1Covariates({ dimension: 2, correlation })).toThrow("a number strictly between -1 and 1");
  });
});
