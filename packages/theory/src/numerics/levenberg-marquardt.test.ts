import { matrixFromRows, multiply, solve, transpose } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { leastSquaresFit, type Fit, type Residuals } from "./levenberg-marquardt.ts";

/** The fit, and how often the residuals were computed for it. */
function counted(start: readonly number[], residuals: (p: Float64Array) => Residuals): Fit & { evaluations: number } {
  let evaluations = 0;
  const fit = leastSquaresFit(Float64Array.from(start), (p) => {
    evaluations++;
    return residuals(p);
  });
  return { ...fit, evaluations };
}

/** r = Jp − y */
const linear = (rows: readonly (readonly number[])[], y: readonly number[]) => (p: Float64Array) => ({
  values: Float64Array.from(rows, (row, i) => row.reduce((sum, slope, k) => sum + slope * p[k], -y[i])),
  slopes: rows.map((row) => Float64Array.from(row)),
});

describe("leastSquaresFit", () => {
  test("finds the minimum of Rosenbrock's valley, whose cost is 0, in some twenty steps", () => {
    const { parameters, cost, evaluations } = counted([-1.2, 1], (p) => ({
      values: Float64Array.of(10 * (p[1] - p[0] ** 2), 1 - p[0]),
      slopes: [Float64Array.of(-20 * p[0], 10), Float64Array.of(-1, 0)],
    }));
    expectClose(parameters, [1, 1], 1e-9);
    expect(cost).toBeLessThan(1e-20);
    expect(evaluations).toBeLessThan(30);
  });

  test("solves the normal equations of a linear problem, whatever the units of its parameters", () => {
    const rows = [
      [1, 200, 3e-4],
      [2, -100, 1e-4],
      [0, 300, -2e-4],
      [1, 100, 5e-4],
      [-1, 50, 1e-4],
    ];
    const y = [1, 2, 3, 4, 5];
    const { parameters, cost, evaluations } = counted([0, 0, 0], linear(rows, y));
    const j = matrixFromRows(rows);
    const rhs = multiply(transpose(j), matrixFromRows(y.map((value) => [value])));
    const exact = solve(multiply(transpose(j), j), rhs).values;
    expectClose(
      parameters.map((value, k) => value / exact[k]),
      [1, 1, 1],
      1e-9,
    );
    const least = rows.reduce((sum, row, i) => sum + (row.reduce((s, v, k) => s + v * exact[k], 0) - y[i]) ** 2, 0);
    expectClose(cost, least, 1e-13 * least);
    expect(evaluations).toBeLessThan(30);
  });

  test("steps are Gauss and Newton's: two of them leave a millionth of what a linear problem can gain", () => {
    const rows = [
      [3, 0.1, -20, 5],
      [1, 0.4, 10, 7],
      [-2, 0.3, 15, -1],
      [2, -0.2, 5, 9],
      [1, 0.1, 25, -3],
      [0, 0.5, -5, 4],
    ];
    const residuals = linear(rows, [1, -2, 3, 0.5, 2, -1]);
    const costs: number[] = [];
    const { cost } = leastSquaresFit(Float64Array.of(0, 0, 0, 0), (p) => {
      const state = residuals(p);
      costs.push(state.values.reduce((sum, value) => sum + value * value, 0));
      return state;
    });
    expect(costs[1] - cost).toBeLessThan(1e-2 * (costs[0] - cost));
    expect(costs[2] - cost).toBeLessThan(1e-6 * (costs[0] - cost));
  });

  test("fits a decay with noise: the gradient is 0 there", () => {
    const [times, seen] = [
      [0, 1, 2, 3, 5, 8],
      [3, 2.1, 1.2, 0.9, 0.4, 0.05],
    ];
    const residuals = (p: Float64Array): Residuals => ({
      values: Float64Array.from(times, (t, i) => p[0] * Math.exp(-p[1] * t) - seen[i]),
      slopes: times.map((t) => Float64Array.of(Math.exp(-p[1] * t), -t * p[0] * Math.exp(-p[1] * t))),
    });
    const { parameters, cost, evaluations } = counted([1, 1], residuals);
    const { values, slopes } = residuals(parameters);
    for (const k of [0, 1]) {
      expectClose(
        slopes.reduce((sum, slope, i) => sum + slope[k] * values[i], 0),
        0,
        1e-8,
      );
    }
    expectClose(
      cost,
      values.reduce((sum, value) => sum + value * value, 0),
      1e-16,
    );
    expect(evaluations).toBeLessThan(40);
  });

  test("parameters that only their sum tells apart share the step, and one that nothing depends on stays", () => {
    const { parameters, cost } = counted(
      [0, 7, 0],
      linear(
        [
          [1, 0, 1],
          [2, 0, 2],
        ],
        [2, 2],
      ),
    );
    // (s − 2)² + (2s − 2)² is least at s = 6/5
    expectClose(parameters, [0.6, 7, 0.6], 1e-9);
    expectClose(cost, 0.8, 1e-12);
  });

  test("a start that is a minimum of cost 0 is returned as it is", () => {
    const { parameters, cost, evaluations } = counted([3], linear([[2]], [6]));
    expect([parameters[0], cost, evaluations]).toEqual([3, 0, 1]);
  });

  test("walks away from a region where the residuals are not finite", () => {
    const { parameters, cost, evaluations } = counted([0.5], (p) => {
      const root = Math.sqrt(p[0]);
      return { values: Float64Array.of(root - 2), slopes: [Float64Array.of(0.5 / root)] };
    });
    expectClose(parameters, [4], 1e-9);
    expect(cost).toBeLessThan(1e-20);
    expect(evaluations).toBeLessThan(10);
  });

  test("a step that overshoots is damped until it descends", () => {
    const { parameters, evaluations } = counted([3], (p) => ({
      values: Float64Array.of(Math.atan(p[0])),
      slopes: [Float64Array.of(1 / (1 + p[0] ** 2))],
    }));
    expectClose(parameters, [0], 1e-12);
    expect(evaluations).toBeLessThan(35);
  });
});
