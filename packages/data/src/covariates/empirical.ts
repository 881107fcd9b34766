import { covariance, drawInteger, multiply, transpose, type Matrix } from "@onestep/core";
import { defineCovariates, type CovariateLaw } from "../define/define-covariates.ts";
import type { Factory } from "../define/definition.ts";
import { rowsParameter } from "../define/rows-parameter.ts";

/**
 * Your own data: each row is one of m given points, all equally likely, drawn with replacement. Every moment is an
 * average over the points,
 *
 * $$ \Sigma = \frac1m \sum_k x_k x_k^\top, \qquad
 *    \mathbb{E}[x x^\top \Omega x x^\top] = \frac1m \sum_k (x_k^\top \Omega x_k)\, x_k x_k^\top $$
 *
 * @throws NumericalError unless the points span R^d
 *
 * @example
 * empiricalCovariates({ rows: [[3, 0], [0, 1], [-3, 0], [0, -1]] }).declares.invariance; // => "signs"
 */
export const empiricalCovariates: Factory<EmpiricalCovariatesInputs, CovariateLaw> = defineCovariates({
  name: "empirical",
  summary: "Rows drawn with replacement from given points: your own data.",
  parameters: {
    rows: rowsParameter({ description: 'the points, one a row; or "file", the path of a table (CSV) of them' }),
  },
  examples: [
    {
      rows: [
        [3, 0, 1],
        [0, 1, 1],
        [-1, 0, 2],
        [0.5, 0.5, -1],
        [1, -2, 0],
      ],
    },
    {
      rows: [
        [1, 2, 0],
        [-1, -2, 0],
        [0, 0, 1],
        [0, 0, -1],
        [2, -1, 1],
        [-2, 1, -1],
      ],
    },
  ],
  covariance: ({ rows: points }) => covariance(weightedMoment(points, () => 1 / points.rows)),
  fourthMoment:
    ({ rows: points }) =>
    (omega) => {
      const seen = multiply(points, omega);
      return weightedMoment(points, (k) => rowProduct(seen, points, k) / points.rows);
    },
  declares: ({ rows: points }) => ({
    centered: isCentred(points),
    invariance: containsNegatives(points) ? "signs" : "none",
  }),
  draw:
    ({ rows: { rows: points, values }, dimension: d }) =>
    (stream, count, into, offset) => {
      for (let row = offset; row < offset + count * d; row += d) {
        const first = d * drawInteger(stream, points);
        for (let j = 0; j < d; j++) into[row + j] = values[first + j];
      }
    },
});

/** The parameters of covariates from data. */
export interface EmpiricalCovariatesInputs {
  readonly rows: readonly (readonly number[])[];
  readonly dimension?: number;
}

/** Σ_k w_k x_k x_kᵀ */
function weightedMoment(points: Matrix, weightOf: (k: number) => number): Matrix {
  const { rows, columns, values } = points;
  const weighted = new Float64Array(values.length);
  for (let k = 0; k < rows; k++) {
    const weight = weightOf(k);
    for (let at = k * columns; at < (k + 1) * columns; at++) weighted[at] = weight * values[at];
  }
  return multiply(transpose(points), { rows, columns, values: weighted });
}

/** The product of row k of one matrix with row k of another. */
function rowProduct(a: Matrix, b: Matrix, k: number): number {
  let sum = 0;
  for (let at = k * a.columns; at < (k + 1) * a.columns; at++) sum += a.values[at] * b.values[at];
  return sum;
}

/** Whether the points average to 0, up to the rounding of the sum. */
function isCentred({ rows, columns, values }: Matrix): boolean {
  const [sum, size] = [new Float64Array(columns), new Float64Array(columns)];
  values.forEach((entry, at) => {
    sum[at % columns] += entry;
    size[at % columns] += Math.abs(entry);
  });
  return sum.every((entry, j) => Math.abs(entry) <= rows * 2 ** -52 * size[j]);
}

/** Whether −x is among the points as often as x. */
function containsNegatives({ rows, columns, values }: Matrix): boolean {
  const counts = new Map<string, number>();
  const count = (point: Float64Array, by: number): void => {
    const name = point.join();
    counts.set(name, (counts.get(name) ?? 0) + by);
  };
  for (let k = 0; k < rows; k++) {
    const point = values.subarray(k * columns, (k + 1) * columns);
    count(point, 1);
    count(
      point.map((entry) => -entry),
      -1,
    );
  }
  return [...counts.values()].every((excess) => excess === 0);
}
