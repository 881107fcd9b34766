import { AssumptionError, logGamma, NumericalError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { exponentialCovariates } from "./exponential.ts";
import { laplaceCovariates } from "./laplace.ts";
import { studentProductCovariates } from "./student-product.ts";
import { uniformCovariates } from "./uniform.ts";

type Expectation = (h: (x: number) => number) => number;

const laplace = laplaceCovariates({ dimension: 1 }).coordinateExpectation!;
const exponential = exponentialCovariates({ dimension: 1 }).coordinateExpectation!;
const uniform = uniformCovariates({ dimension: 1 }).coordinateExpectation!;
const student = (nu: number): Expectation =>
  studentProductCovariates({ dimension: 1, degreesOfFreedom: nu }).coordinateExpectation!;

describe("expectations of a coordinate, against closed forms", () => {
  it.each<[string, Expectation, (x: number) => number, number]>([
    ["Laplace, E z⁸ = 8!/2⁴", laplace, (z) => z ** 8, 2520],
    ["Laplace, E|z|", laplace, Math.abs, Math.SQRT1_2],
    ["Laplace, E relu(z)²", laplace, (z) => Math.max(z, 0) ** 2, 0.5],
    ["Laplace, E cos 3z", laplace, (z) => Math.cos(3 * z), 2 / 11],
    ["Laplace, the sign, so sharp that it is nearly a jump", laplace, (z) => z * Math.tanh(1e6 * z), Math.SQRT1_2],
    ["exponential, E z³", exponential, (z) => z ** 3, 2],
    ["exponential, E z⁸", exponential, (z) => z ** 8, 14833],
    ["exponential, E|z| = 2/e", exponential, Math.abs, 2 / Math.E],
    ["exponential, E cos 2z", exponential, (z) => Math.cos(2 * z), (Math.cos(2) + 2 * Math.sin(2)) / 5],
    ["uniform, E z⁶", uniform, (z) => z ** 6, 27 / 7],
    ["uniform, E cos 5z", uniform, (z) => Math.cos(5 * z), Math.sin(5 * Math.sqrt(3)) / (5 * Math.sqrt(3))],
  ])("%s", (_, expectation, h, expected) => {
    expectClose(expectation(h) / expected, 1, 3e-12);
  });

  /** (ν−2)^{p/2} Γ((p+1)/2) Γ((ν−p)/2) / (√π Γ(ν/2)) */
  const absoluteMoment = (nu: number, p: number): number =>
    (nu - 2) ** (p / 2) * Math.exp(logGamma((p + 1) / 2) + logGamma((nu - p) / 2) - logGamma(0.5) - logGamma(nu / 2));

  it.each([
    [2.001, 1],
    [2.001, 2],
    [3, 2],
    [3, 2.9],
    [5, 4],
    [5, 4.9],
    [10, 8],
    [40, 30],
  ])("Student, ν = %d: E|z|^%d, however slowly it converges", (nu, p) => {
    expectClose(student(nu)((z) => Math.abs(z) ** p) / absoluteMoment(nu, p), 1, 3e-12);
  });

  it("Student, ν = 3: E cos kz = (1 + k)e^{−k}, to the 8 digits that are promised of what oscillates", () => {
    for (const k of [0.5, 1, 2, 5])
      expectClose(
        student(3)((z) => Math.cos(k * z)),
        (1 + k) * Math.exp(-k),
        1e-8,
      );
  });

  it("Student: what is infinite is refused, at the first power that is", () => {
    for (const nu of [2.5, 3, 4, 10]) {
      expect(() => student(nu)((z) => Math.abs(z) ** nu)).toThrow(AssumptionError);
      expect(() => student(nu)((z) => Math.abs(z) ** (nu + 3))).toThrow("grows too fast for the tails");
      expect(() => student(nu)((z) => Math.max(z, 0) ** nu)).toThrow(AssumptionError);
      expect(() => student(nu)((z) => z ** 61)).toThrow(AssumptionError);
    }
  });

  it("Student: what oscillates where the tails still count is refused, and not guessed", () => {
    expect(() => student(3)((z) => (z * Math.sin(z)) ** 2)).toThrow(NumericalError);
  });
});
