import {
  AssumptionError,
  DomainError,
  matrixFromRows,
  maxAbs,
  NumericalError,
  toRows,
  type Matrix,
} from "@onestep/core";
import { expectClose, expectMatrixClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import type { CovariateLaw } from "../define/define-covariates.ts";
import { empiricalCovariates } from "./empirical.ts";
import { exponentialCovariates } from "./exponential.ts";
import { laplaceCovariates } from "./laplace.ts";
import { rademacherCovariates } from "./rademacher.ts";
import { studentProductCovariates } from "./student-product.ts";
import { uniformCovariates } from "./uniform.ts";

const mixing = [
  [1, 0.5, 0],
  [0, 1, -0.4],
  [0.3, 0, 1],
];
const omega = matrixFromRows([
  [2, 0.5, -0.3],
  [0.5, 1, 0.2],
  [-0.3, 0.2, 0.6],
]);
const factories = {
  rademacher: rademacherCovariates,
  uniform: uniformCovariates,
  laplace: laplaceCovariates,
  exponential: exponentialCovariates,
  "student-product": (inputs: object) => studentProductCovariates({ degreesOfFreedom: 7, ...inputs }),
};

const fourthMoment = (law: CovariateLaw, tasks: Matrix): Matrix => law.fourthMoment!(tasks);

describe("rows x = Az of independent coordinates", () => {
  it("have the moments of all 2ᵈ mixed sign vectors, one by one", () => {
    const corners = Array.from({ length: 8 }, (_, k) => [k & 1, k & 2, k & 4].map((bit) => (bit === 0 ? 1 : -1)));
    const rows = corners.map((z) => mixing.map((row) => row.reduce((sum, entry, j) => sum + entry * z[j], 0)));
    const [law, enumerated] = [rademacherCovariates({ mixing }), empiricalCovariates({ rows })];
    const rounding = 64 * 2 ** -53; // sums of 8 products, each of a few factors
    const [second, fourth] = [enumerated.covariance.matrix, fourthMoment(enumerated, omega)];
    expectMatrixClose(law.covariance.matrix, second, rounding * maxAbs(second));
    expectMatrixClose(fourthMoment(law, omega), fourth, rounding * maxAbs(fourth));
  });

  it.each(Object.entries(factories))("%s: mean 0, variance 1, and the κ that is declared, by quadrature", (_, make) => {
    const law = make({ dimension: 1 });
    const one = matrixFromRows([[1]]);
    const mean = law.coordinateExpectation!;
    const kurtosis = fourthMoment(law, one).values[0];
    expectClose([mean((z) => z), mean((z) => z * z), mean((z) => z ** 4) / kurtosis], [0, 1, 1], 1e-12);
  });

  it("tell the law of a coordinate where all coordinates have the same one, and only there", () => {
    const doubled = laplaceCovariates({
      mixing: [
        [-2, 0],
        [0, -2],
      ],
    });
    expectClose(
      doubled.coordinateExpectation!((x) => x * x),
      4,
      1e-12,
    );
    const shifted = exponentialCovariates({ mixing: [[-2]] });
    expectClose(
      shifted.coordinateExpectation!((x) => x ** 3),
      -16,
      1e-11,
    );
    expect(laplaceCovariates({ mixing }).coordinateExpectation).toBeUndefined();
  });

  it("have no symmetry to declare where a coordinate is skewed", () => {
    expect(exponentialCovariates({ dimension: 2 }).declares).toEqual({ centered: true, invariance: "none" });
    expect(laplaceCovariates({ dimension: 2 }).declares.invariance).toBe("signed-permutations");
  });

  it("refuse a mixing that leaves a direction without covariates", () => {
    expect(() =>
      uniformCovariates({
        mixing: [
          [1, 2],
          [2, 4],
        ],
      }),
    ).toThrow(NumericalError);
  });
});

describe("independent Student coordinates", () => {
  it("have no covariance for ν ≤ 2, and say why", () => {
    expect(() => studentProductCovariates({ dimension: 2, degreesOfFreedom: 2 })).toThrow(
      "student-product covariates.degreesOfFreedom: expected more than 2 degrees of freedom; got 2. Try: with ν ≤ 2 the variance is infinite",
    );
    expect(() => studentProductCovariates({ dimension: 2, degreesOfFreedom: 1.5 })).toThrow(DomainError);
  });

  it("have no fourth moment for ν ≤ 4, and say why", () => {
    const law = studentProductCovariates({ dimension: 2, degreesOfFreedom: 4 });
    expect(law).toMatchObject({ fourthMoment: undefined, finiteMoments: 4 });
    expect(law.noFourthMoment).toBe("E‖x‖⁴ is infinite for ν = 4 degrees of freedom; it takes ν > 4");
    expectClose(
      law.coordinateExpectation!((z) => z * z),
      1,
      1e-12,
    );
    expect(() => law.coordinateExpectation!((z) => z ** 4)).toThrow(AssumptionError);
  });

  it("are nearly Gaussian for many degrees of freedom", () => {
    const law = studentProductCovariates({ dimension: 3, degreesOfFreedom: 1e12 });
    const gaussian = toRows(omega).map((row, i) => row.map((entry, j) => 2 * entry + (i === j ? 3.6 : 0)));
    expectMatrixClose(fourthMoment(law, omega), gaussian, 1e-11 * maxAbs(omega));
  });
});
