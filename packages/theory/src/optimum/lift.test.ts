import {
  covariance,
  diagonal,
  identity,
  inverseCovariance,
  isotropic,
  matrix,
  matrixFromRows,
  scale,
  toRows,
  type Matrix,
} from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { rescaledForLength } from "../shift/shifted-loss.ts";
import { liftToLsa, stepSizeOf, whitenedStepSize } from "./lift.ts";
import { distanceToMinimizers } from "./minimizers.ts";

/** What an untyped caller passes by mistake. */
const untyped = (value: unknown): never => value as never;

describe("liftToLsa", () => {
  test("Γ stands transposed in M, and u reads the response", () => {
    const { keyQuery, valueProjection } = liftToLsa(
      matrixFromRows([
        [1, 2],
        [3, 4],
      ]),
    );
    expect(toRows(keyQuery)).toEqual([
      [1, 3, 0],
      [2, 4, 0],
      [0, 0, 0],
    ]);
    expect(toRows(valueProjection)).toEqual([[0], [0], [1]]);
  });
});

describe("stepSizeOf", () => {
  const near = (entry: number): Matrix =>
    matrixFromRows([
      [4, 0],
      [entry, 4],
    ]);

  test("a multiple of I, up to 2⁻⁴⁰ of the largest entry", () => {
    expect(stepSizeOf(scale(identity(3), -0.25))).toBe(-0.25);
    expect(stepSizeOf(near(4 * 2 ** -40))).toBe(4);
    expect(stepSizeOf(near(4.1 * 2 ** -40))).toBe(null);
    expect(stepSizeOf(diagonal([4, 5]))).toBe(null);
    expect(
      stepSizeOf(
        matrixFromRows([
          [0, 1],
          [1, 0],
        ]),
      ),
    ).toBe(null);
  });
});

describe("whitenedStepSize", () => {
  const tilted = covariance(
    matrixFromRows([
      [2, 0.5],
      [0.5, 1],
    ]),
  );

  test("a multiple of Σ⁻¹, not of I", () => {
    expectClose(whitenedStepSize(scale(inverseCovariance(tilted).matrix, 0.3), tilted)!, 0.3, 1e-15);
    expect(whitenedStepSize(identity(2), tilted)).toBe(null);
    expect(whitenedStepSize(identity(2), covariance(diagonal([1, 0])))).toBe(null);
  });

  test("up to 2⁻⁴⁰ of the product, and the rounding of an inverse", () => {
    const off = (entry: number) =>
      whitenedStepSize(
        matrixFromRows([
          [4, 0],
          [entry, 4],
        ]),
        isotropic(2, 2),
      );
    expect(off(4 * 2 ** -41)).toBe(8);
    expect(off(4 * 2 ** -39)).toBe(null);
    // At condition κ an entry of Γ and one of Σ can be κ apart, and their products are rounded accordingly.
    const beside = (condition: number, entry: number) => {
      const step = matrixFromRows([
        [8, 0],
        [8 * entry, 8 * condition],
      ]);
      return whitenedStepSize(step, covariance(diagonal([1, 1 / condition])));
    };
    expect([beside(1e4, 1e-11), beside(1e4, 1e-10)]).toEqual([8, null]);
    // However stiff Σ is, a millionth of the product is no rounding.
    expect([beside(1e10, 0.99 * 2 ** -20), beside(1e10, 1.01 * 2 ** -20)]).toEqual([8, null]);
  });
});

describe("distanceToMinimizers", () => {
  test("is ‖u ⊗ M − e ⊗ M_Γ‖/‖Γ‖ on the columns that act, entry by entry", () => {
    const step = matrixFromRows([
      [0.5, -0.2],
      [0.1, 0.4],
    ]);
    const keys = [
      [0.7, 0.3, 9],
      [-0.4, 0.6, 9],
      [0.2, -0.1, 9],
    ];
    const values = [0.3, -0.5, 1.2];
    let square = 0;
    values.forEach((value, a) =>
      keys.forEach((row, i) =>
        row.slice(0, 2).forEach((entry, j) => {
          const wanted = a === 2 && i < 2 ? step.values[2 * j + i] : 0;
          square += (value * entry - wanted) ** 2;
        }),
      ),
    );
    const parameters = { keyQuery: matrixFromRows(keys), valueProjection: matrix(3, 1, values) };
    expectClose(distanceToMinimizers(parameters, step), Math.sqrt(square / (0.25 + 0.04 + 0.01 + 0.16)), 1e-15);
  });

  test("is absolute for Γ = 0", () => {
    expect(distanceToMinimizers(liftToLsa(diagonal([3, 4])), scale(identity(2), 0))).toBe(5);
  });
});

describe("matrices that are no steps", () => {
  const bad = matrixFromRows([[1, 2, 3]]);

  test("a step is square, of its covariates' size and finite", () => {
    expect(() => liftToLsa(bad)).toThrowError("liftToLsa: expected preconditioner to be 1×1; got 1×3");
    expect(() => stepSizeOf(bad)).toThrowError("stepSizeOf: expected preconditioner to be 1×1; got 1×3");
    expect(() => liftToLsa(scale(identity(2), NaN))).toThrowError("expected a finite entry of preconditioner; got NaN");
    expect(() => whitenedStepSize(bad, isotropic(2))).toThrowError("expected preconditioner to be 2×2; got 1×3");
    expect(() => whitenedStepSize(identity(2), untyped(identity(2)))).toThrowError(
      "whitenedStepSize: expected a covariance (covariates)",
    );
  });

  test("lengths are positive, and the rescaled step finite", () => {
    const at = (trainedOn: number, testedOn: number) => () => rescaledForLength(identity(2), { trainedOn, testedOn });
    expect(() => rescaledForLength(bad, { trainedOn: 1, testedOn: 1 })).toThrowError(
      "rescaledForLength: expected preconditioner to be 1×1; got 1×3",
    );
    expect(() => rescaledForLength(identity(2), untyped({}))).toThrowError("lengths with trainedOn, testedOn; got one");
    expect(at(0, 1)).toThrowError("expected a finite length trained on above 0; got 0");
    expect(at(1, 0)).toThrowError("expected a finite length tested on above 0; got 0");
    expect(at(1e300, 1e-300)).toThrowError("rescaledForLength: expected a step within the range");
  });

  test("parameters have d + 1 token coordinates", () => {
    const { keyQuery, valueProjection } = liftToLsa(identity(2));
    const at = (parameters: unknown, step = identity(2)) => {
      return () => distanceToMinimizers(untyped(parameters), step);
    };
    expect(at(undefined)).toThrowError(`parameters with keyQuery, valueProjection; got undefined`);
    expect(at({ keyQuery, valueProjection }, bad)).toThrowError("expected preconditioner to be 1×1; got 1×3");
    expect(at({ keyQuery: identity(2), valueProjection })).toThrowError("expected keyQuery to be 3×3; got 2×2");
    expect(at({ keyQuery, valueProjection: 1 })).toThrowError("expected a matrix (valueProjection) with rows");
    expect(at({ keyQuery, valueProjection: matrix(2, 1, [0, 1]) })).toThrowError(
      "a value projection of 3 entries; got 2",
    );
    expect(at({ keyQuery, valueProjection: scale(valueProjection, NaN) })).toThrowError(
      "expected a finite entry of the value projection; got NaN",
    );
    const huge = { keyQuery: scale(keyQuery, 1e300), valueProjection: scale(valueProjection, 1e300) };
    expect(at(huge)).toThrowError("distanceToMinimizers: expected a distance within the range");
  });
});
