import { covariance, diagonal, isotropic, matrixFromRows, multiply, transpose, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gaussianLinearMoments } from "../moments/gaussian-linear.ts";
import { optimalStep } from "../optimum/step.ts";
import { learnedDirections, plateauLosses } from "./learned-directions.ts";

const [c, s] = [Math.cos(0.7), Math.sin(0.7)];
const basis = matrixFromRows([
  [c, -s],
  [s, c],
]);
const rotated = (values: number[]): Matrix => multiply(basis, diagonal(values), transpose(basis));
const law = (covariates: Matrix, tasks: Matrix) => ({
  contextLength: 6,
  covariates: covariance(covariates),
  tasks: covariance(tasks),
  noiseVariance: 0.4,
});

describe("the order of learning", () => {
  test("is that of λ²ω, neither of λω nor of λ", () => {
    const pairs = [
      [0.5, 7], // λ²ω = 1.75, λω = 3.5
      [3, 0.9], // 8.1, 2.7
      [1, 5], // 5, 5
      [2, 0.6], // 2.4, 1.2
    ];
    const setting = law(diagonal(pairs.map(([lambda]) => lambda)), diagonal(pairs.map(([, omega]) => omega)));
    const learned = learnedDirections(setting).value;
    expect(learned.map(({ covariateVariance }) => covariateVariance)).toEqual([3, 1, 2, 0.5]);
    // τ = 3.5 + 2.7 + 5 + 1.2 + 0.4
    learned.forEach(({ covariateVariance, taskVariance, gamma, lossReduction }) => {
      expectClose(gamma, taskVariance / (7 * covariateVariance * taskVariance + 12.8), 1e-16);
      expectClose(lossReduction, 6 * covariateVariance ** 2 * taskVariance * gamma, 1e-14);
    });
    const losses = plateauLosses(setting).value;
    learned.forEach(({ lossReduction }, m) => expectClose(losses[m] - losses[m + 1], lossReduction, 1e-14));
    expectClose([losses[0], losses[4]], [12.8, optimalStep(gaussianLinearMoments(setting)).value.loss], 1e-14);
  });
});

describe("a shared eigenbasis", () => {
  test.each([
    ["of Σ where Ω is white and huge", rotated([2e-6, 1e-6]), diagonal([1e6, 1e6]), [2e-6, 1e-6], [1e6, 1e6]],
    ["of Ω where Σ is white and huge", diagonal([1e6, 1e6]), rotated([3e-6, 1e-6]), [1e6, 1e6], [3e-6, 1e-6]],
    ["of Ω where Σ is white and tiny", diagonal([1e-6, 1e-6]), rotated([3e6, 1e6]), [1e-6, 1e-6], [3e6, 1e6]],
  ])("is that %s", (_, covariates, tasks, lambdas, omegas) => {
    const learned = learnedDirections(law(covariates, tasks)).value;
    learned.forEach(({ covariateVariance, taskVariance }, i) => {
      expectClose(covariateVariance, lambdas[i], 1e-14 * lambdas[0]);
      expectClose(taskVariance, omegas[i], 1e-14 * Math.max(...omegas));
    });
  });

  test("is that of the other where Σ or Ω is 0, and nothing is learned", () => {
    const [nothing, one] = [diagonal([0, 0]), rotated([2, 1])];
    for (const setting of [law(one, nothing), law(nothing, one)]) {
      const learned = learnedDirections(setting).value;
      const variances = learned.map(({ covariateVariance, taskVariance }) => covariateVariance + taskVariance);
      expectClose(
        variances.sort((a, b) => a - b),
        [1, 2],
        1e-14,
      );
      expect(learned.map(({ gamma, lossReduction }) => [gamma, lossReduction])).toEqual([
        [0, 0],
        [0, 0],
      ]);
    }
  });

  test("holds to 9 digits of Ω, whatever its size", () => {
    for (const size of [1e-20, 1, 1e20]) {
      const tilted = (digits: number) => {
        const off = size * digits;
        return matrixFromRows([
          [size, off],
          [off, size / 2],
        ]);
      };
      expect(() => learnedDirections(law(diagonal([1, 2]), tilted(2 ** -33)))).not.toThrow();
      expect(() => learnedDirections(law(diagonal([1, 2]), tilted(2 ** -24)))).toThrowError(/shared eigenbasis/);
    }
    expect(learnedDirections(law(diagonal([1]), diagonal([2]))).value[0].taskVariance).toBe(2);
  });

  test("has no negative variances in directions that are empty", () => {
    for (let k = 1; k < 30; k++) {
      const [x, y] = [Math.cos(k), Math.sin(k)];
      const line = matrixFromRows([
        [x * x, x * y],
        [x * y, y * y],
      ]);
      for (const direction of learnedDirections(law(line, line)).value) {
        expect(direction.covariateVariance).toBeGreaterThanOrEqual(0);
        expect(direction.taskVariance).toBeGreaterThanOrEqual(0);
      }
    }
    expect(learnedDirections({ ...law(diagonal([1, 1]), diagonal([1, 1])), tasks: isotropic(2, 0) }).value).toEqual(
      [0, 0].map((zero) => ({ covariateVariance: 1, taskVariance: zero, gamma: 0, lossReduction: 0 })),
    );
  });
});
