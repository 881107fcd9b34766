import { conditionNumber, identity, multiply, transpose } from "@onestep/core";
import { assert, integer, property, sample, tuple } from "fast-check";
import { describe, expect, it } from "vitest";

import { expectMatrixClose } from "../expect-close.ts";
import { anyCovariance } from "./covariance.ts";
import { anyMatrix, anyOrthogonal } from "./matrix.ts";
import { anyNoiseVariance } from "./number.ts";
import { anyContextLength, anyDimension } from "./size.ts";

describe("arbitraries", () => {
  it("anyOrthogonal is orthogonal: QᵀQ = I", () => {
    assert(
      property(anyDimension().chain(anyOrthogonal), (q) => {
        // d reflections, each of d products and sums.
        const tolerance = 16 * q.rows * q.rows * Number.EPSILON;
        expectMatrixClose(multiply(transpose(q), q), identity(q.rows), tolerance);
      }),
    );
  });

  it("anyCovariance is symmetric, equals factor·factorᵀ, and keeps its promised condition number", () => {
    const anyCase = tuple(anyDimension(), integer({ min: 1, max: 1000 })).chain(([d, conditionNumber]) =>
      anyCovariance(d, { conditionNumber }).map((covariance) => ({ covariance, conditionNumber })),
    );
    assert(
      property(anyCase, ({ covariance, conditionNumber: largest }) => {
        const { dimension, matrix, factor } = covariance;
        expectMatrixClose(matrix, transpose(matrix), 0);
        // Eigenvalues are at most √largest; the factorization and the product each lose a few roundoffs per entry.
        const tolerance = 64 * dimension * Math.sqrt(largest) * Number.EPSILON;
        expectMatrixClose(multiply(factor, transpose(factor)), matrix, tolerance);
        // The smallest eigenvalue carries the roundoff of the largest.
        expect(conditionNumber(covariance)).toBeLessThanOrEqual(largest * (1 + tolerance * Math.sqrt(largest)));
      }),
    );
  });

  it("anyMatrix has the shape that was asked for, and entries in [−4, 4]", () => {
    const anyCase = tuple(anyDimension(), anyContextLength());
    assert(
      property(
        anyCase.chain(([r, c]) => anyMatrix(r, c).map((m) => ({ r, c, m }))),
        ({ r, c, m }) => {
          expect([m.rows, m.columns, m.values.length]).toEqual([r, c, r * c]);
          expect(m.values.every((entry) => Math.abs(entry) <= 4)).toBe(true);
        },
      ),
    );
  });

  it("anyNoiseVariance meets the noise-free limit often", () => {
    const drawn = sample(anyNoiseVariance(), { numRuns: 200, seed: 1 });
    expect(drawn.filter((variance) => variance === 0).length).toBeGreaterThan(20);
    expect(drawn.every((variance) => variance >= 0 && variance <= 4)).toBe(true);
  });
});
