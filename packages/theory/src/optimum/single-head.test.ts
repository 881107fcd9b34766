import { covariance, diagonal, matrix, matrixFromRows, type LsaParameters, type Matrix } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { aboutZero } from "./gaussian-prior.ts";
import { multiHeadOptimum } from "./multi-head.ts";
import { optimalPreconditionerLoss } from "./preconditioner-loss.ts";
import { singleHeadOptimum } from "./single-head.ts";

const setting = {
  contextLength: 2,
  covariates: covariance(
    matrixFromRows([
      [2, 0.6],
      [0.6, 1],
    ]),
  ),
  tasks: covariance(
    matrixFromRows([
      [0.5, -0.2],
      [-0.2, 0.8],
    ]),
  ),
  taskMean: [1, -0.5],
  noiseVariance: 0.3,
};

/** Prompts of a law with finitely many values: the task, the context Gram matrix, and how likely both are. */
const prompts = Array.from({ length: 3 ** 8 }, (_, code) => {
  const { covariates, tasks, taskMean, noiseVariance } = setting;
  const [l, f] = [covariates.factor.values, tasks.factor.values];
  let [rest, probability] = [code, 1];
  // Coordinates −√3, 0, √3 with probabilities 1/6, 2/3, 1/6 have the first five moments of normal ones, and the loss is
  // of degree four in each.
  const z = Array.from({ length: 8 }, () => {
    const digit = (rest % 3) - 1;
    rest = Math.floor(rest / 3);
    probability *= digit === 0 ? 2 / 3 : 1 / 6;
    return Math.sqrt(3) * digit;
  });
  const w = [0, 1].map((i) => taskMean[i] + f[2 * i] * z[0] + f[2 * i + 1] * z[1]);
  const tokens = [2, 5].map((row) => {
    const x = [0, 1].map((i) => l[2 * i] * z[row] + l[2 * i + 1] * z[row + 1]);
    return [...x, w[0] * x[0] + w[1] * x[1] + Math.sqrt(noiseVariance) * z[row + 2]];
  });
  const gram = [0, 1, 2].map((i) => [0, 1, 2].map((j) => tokens.reduce((sum, token) => sum + token[i] * token[j], 0)));
  return { w, gram, probability };
});

/** The loss of a head, added up over these prompts; the query and its noise are averaged by their covariance. */
function enumeratedLoss({ keyQuery: { values: m }, valueProjection: { values: u } }: LsaParameters<Matrix>): number {
  const sigma = setting.covariates.matrix.values;
  return prompts.reduce((sum, { w, gram, probability }) => {
    const scores = gram.map((row) => row[0] * u[0] + row[1] * u[1] + row[2] * u[2]);
    const off = [0, 1].map((j) => w[j] - scores[0] * m[j] - scores[1] * m[3 + j] - scores[2] * m[6 + j]);
    return sum + probability * (sigma[0] * off[0] ** 2 + 2 * sigma[1] * off[0] * off[1] + sigma[3] * off[1] ** 2);
  }, setting.noiseVariance);
}

describe("singleHeadOptimum", () => {
  const { loss, parameters, starts } = singleHeadOptimum(setting).value;

  test("its loss is that of its parameters on the law, added up over all prompts", () => {
    expectClose(enumeratedLoss(parameters), loss, 1e-12 * loss);
    expect(starts).toBeGreaterThan(1);
  });

  test("no entry of its parameters can be changed for the better", () => {
    const nudged = ({ rows, columns, values }: Matrix, at: number, by: number): Matrix =>
      matrix(
        rows,
        columns,
        values.map((value, i) => (i === at ? value + by : value)),
      );
    for (const by of [0.01, -0.01]) {
      for (const at of [0, 1, 2])
        expect(
          enumeratedLoss({ ...parameters, valueProjection: nudged(parameters.valueProjection, at, by) }),
        ).toBeGreaterThan(loss);
      for (const at of [0, 1, 3, 4, 6, 7])
        expect(enumeratedLoss({ ...parameters, keyQuery: nudged(parameters.keyQuery, at, by) })).toBeGreaterThan(loss);
    }
    const { unconstrained, preconditionerOnly } = multiHeadOptimum(setting).value;
    expect(loss).toBeGreaterThan(unconstrained);
    expect(loss).toBeLessThan(preconditionerOnly);
  });

  test("without a mean it is the step alone, from a single start", () => {
    const centred = { ...setting, taskMean: [0, 0] };
    const head = singleHeadOptimum(centred).value;
    expect(head.starts).toBe(1);
    expectClose(head.loss, optimalPreconditionerLoss(centred).value, 1e-12);
  });

  test.each([
    { covariates: [1, 1], tasks: [0.01, 4], taskMean: [2, 0.5], contextLength: 5, noiseVariance: 1, found: 3.4662 },
    { covariates: [1, 1], tasks: [0.01, 4], taskMean: [1, 0], contextLength: 1, noiseVariance: 0, found: 3.3444 },
    { covariates: [1, 4], tasks: [0.01, 4], taskMean: [2, 2], contextLength: 1, noiseVariance: 0, found: 24.0111 },
  ])(
    "where the tasks vary across their mean, the minimum next to the pure step is not the least: $found",
    ({ covariates, tasks, found, ...law }) => {
      const across = { ...law, covariates: covariance(diagonal(covariates)), tasks: covariance(diagonal(tasks)) };
      const head = singleHeadOptimum(across).value;
      expect(head.loss).toBeLessThan(found + 1e-4);
      expect(head.loss).toBeLessThan(0.99 * optimalPreconditionerLoss(aboutZero(across)).value);
      expect(head.loss).toBeGreaterThan(multiHeadOptimum(across).value.unconstrained);
    },
  );
});
