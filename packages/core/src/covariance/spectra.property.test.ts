import * as fc from "fast-check";
import { expect, test } from "vitest";
import { DomainError, NumericalError, ShapeError } from "../errors.ts";
import { definiteMatrices, semidefiniteMatrices } from "../../tests/arbitraries.ts";
import { distance, UNIT_ROUNDOFF } from "../../tests/distance.ts";
import { frobeniusNorm } from "../matrix/arithmetic.ts";
import { diagonal, identity, matrixFromRows, toRows } from "../matrix/matrix.ts";
import { multiply } from "../matrix/multiply.ts";
import { symmetricEigen } from "../matrix/symmetric-eigen.ts";
import { covariance, isotropic } from "./covariance.ts";
import {
  conditionNumber,
  covarianceFromSpectrum,
  inverseCovariance,
  inverseSquareRoot,
  squareRoot,
} from "./spectra.ts";

test("Σ^½·Σ^½ = Σ, singular or not", () => {
  fc.assert(
    fc.property(semidefiniteMatrices, (a) => {
      const root = squareRoot(covariance(a));
      expect(distance(multiply(root, root), a)).toBeLessThanOrEqual(64 * a.rows * UNIT_ROUNDOFF * frobeniusNorm(a));
    }),
  );
});

test("Σ·Σ⁻¹ = I and Σ^−½·Σ·Σ^−½ = I, up to the condition number", () => {
  fc.assert(
    fc.property(definiteMatrices, (a) => {
      const c = covariance(a);
      const bound = 64 * a.rows * UNIT_ROUNDOFF * conditionNumber(c);
      const whiten = inverseSquareRoot(c);
      expect(distance(multiply(a, inverseCovariance(c).matrix), identity(a.rows))).toBeLessThanOrEqual(bound);
      expect(distance(multiply(whiten, a, whiten), identity(a.rows))).toBeLessThanOrEqual(bound);
    }),
  );
});

test("a spectrum and a basis give the matrix that has them", () => {
  const basis = symmetricEigen(
    matrixFromRows([
      [2, 1, 0],
      [1, 3, 1],
      [0, 1, 5],
    ]),
  ).vectors;
  const c = covarianceFromSpectrum([0, 1, 4], basis);
  const { values } = symmetricEigen(c.matrix);
  [0, 1, 4].forEach((value, k) => expect(Math.abs(values[k] - value)).toBeLessThanOrEqual(32 * 3 * UNIT_ROUNDOFF * 4));
  expect(c.rank).toBe(2);
  expect(toRows(covarianceFromSpectrum([1, 4]).matrix)).toEqual([
    [1, 0],
    [0, 4],
  ]);
});

test("condition numbers", () => {
  expect(conditionNumber(isotropic(4, 3))).toBe(1);
  expect(conditionNumber(covariance(diagonal([1, 8])))).toBeCloseTo(8, 12);
  expect(
    conditionNumber(
      covariance(
        matrixFromRows([
          [1, 1],
          [1, 1],
        ]),
      ),
    ),
  ).toBe(Infinity);
});

test("what cannot be inverted says so", () => {
  const singular = covariance(
    matrixFromRows([
      [1, 1],
      [1, 1],
    ]),
  );
  expect(() => inverseCovariance(singular)).toThrow(
    "inverseCovariance: expected a positive definite covariance; got one of rank 1 in dimension 2",
  );
  expect(() => inverseSquareRoot(singular)).toThrow(NumericalError);
});

test("a spectrum that is not one is refused", () => {
  expect(() => covarianceFromSpectrum([1, -1])).toThrow(DomainError);
  expect(() => covarianceFromSpectrum([1, NaN])).toThrow(DomainError);
  expect(() => covarianceFromSpectrum([1, 2], identity(3))).toThrow(ShapeError);
  expect(() =>
    covarianceFromSpectrum(
      [1, 2],
      matrixFromRows([
        [1, 1],
        [0, 1],
      ]),
    ),
  ).toThrow("expected an orthogonal basis");
});
