import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import type { Residuals } from "../numerics/levenberg-marquardt.ts";
import { gradientDescentRisk } from "../risk/gradient-descent.ts";
import { filterLoss, filterProblem, residualAt } from "./filter-problem.ts";
import { gdPlusPlusRisk } from "./gd-plus-plus.ts";
import { patternResiduals } from "./optimal-depth.ts";
import { residualsOf } from "./optimal-gd-plus-plus.ts";

/** λ = 0.7 lies among the nodes, so that both forms of a residual are taken. */
const law = { contextLength: 6, dimension: 3, noiseVariance: 8.4, taskVariance: 2 };
const squaredNorm = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0);

/** Each slope against the central difference of its residual. */
function expectSlopes(residuals: (parameters: Float64Array) => Residuals, at: readonly number[]): void {
  const { slopes } = residuals(Float64Array.from(at));
  at.forEach((_, k) => {
    const moved = (by: number): Float64Array =>
      residuals(Float64Array.from(at, (value, i) => (i === k ? value + by : value))).values;
    const [above, below] = [moved(1e-5), moved(-1e-5)];
    slopes.forEach((slope, j) => expectClose(slope[k], (above[j] - below[j]) / 2e-5, 1e-7 * (1 + Math.abs(slope[k]))));
  });
}

describe("the least-squares form of the loss", () => {
  const degree = 6;
  const problem = filterProblem("test", law, degree);

  test("has its two forms at small and at large eigenvalues, and they are one", () => {
    const { nodes, ridge, scales } = problem;
    expect(nodes[0]).toBeLessThan(ridge);
    expect(nodes[nodes.length - 1]).toBeGreaterThan(ridge);
    nodes.forEach((u, j) => {
      const q = 0.3;
      expectClose(residualAt(problem, j, q, (1 - q) / u), scales[j] * (q - ridge / (u + ridge)), 1e-13 * scales[j]);
    });
  });

  test("differs from the loss by a constant, for groups of equal steps", () => {
    const [pattern, one, other] = [
      [1, 2, 3],
      [0.2, 0.5, 0.3],
      [0.1, -0.4, 0.6],
    ];
    const costOf = (steps: readonly number[]): number =>
      squaredNorm(patternResiduals(problem, pattern, Float64Array.from(steps)).values);
    const lossOf = (steps: readonly number[]): number =>
      gradientDescentRisk(law, { rates: steps.flatMap((a, i) => Array.from({ length: pattern[i] }, () => a)) }).value;
    const difference = lossOf(one) - lossOf(other);
    expectClose(law.taskVariance * (costOf(one) - costOf(other)), difference, 1e-11 * Math.abs(difference));
    for (const steps of [one, other]) expectSlopes((at) => patternResiduals(problem, pattern, at), steps);
  });

  test("likewise for layers of GD++, in each a and each product a·b", () => {
    const three = filterProblem("test", law, 13);
    const [one, other] = [
      [0.2, 0.5, 0.3, 0.1, 0.4],
      [0.15, -0.4, 0.6, 0.25, -0.1],
    ];
    const costOf = (at: readonly number[]): number => squaredNorm(residualsOf(three, 3, Float64Array.from(at)).values);
    const lossOf = ([a, b, c, ab, bb]: readonly number[]): number =>
      gdPlusPlusRisk(law, { a: [a, b, c], b: [ab / a, bb / b] }).value;
    const difference = lossOf(one) - lossOf(other);
    expectClose(law.taskVariance * (costOf(one) - costOf(other)), difference, 1e-11 * Math.abs(difference));
    for (const at of [one, other]) expectSlopes((parameters) => residualsOf(three, 3, parameters), at);
  });

  test("of a filter that is Bayes' own is the loss of Bayes, at every node", () => {
    const { nodes, weights, ridge, floor, taskVariance } = problem;
    const bayes = nodes.reduce((sum, u, j) => sum + (weights[j] * ridge) / (u + ridge), 0);
    expectClose(
      filterLoss(problem, (u) => ridge / (u + ridge)),
      floor + taskVariance * bayes,
      1e-12,
    );
  });
});
