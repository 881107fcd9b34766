import { covariance, diagonal, DomainError, isotropic, matrixFromRows, ShapeError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { axesAsQueries, drawContext, predictionOf, promptOf } from "../../tests/contexts.ts";
import * as learners from "./index.ts";
import type { Learner } from "./learner.ts";

const ULP = Number.EPSILON;

/** One of each, with settings that suit two covariates. */
const each: readonly Learner[] = [
  learners.zero(),
  learners.oneStep({ stepSize: 0.1 }),
  learners.preconditionedStep({
    preconditioner: matrixFromRows([
      [0.1, 0.2],
      [0, 0.3],
    ]),
  }),
  learners.gradientDescent({ steps: 3, stepSize: 0.2 }),
  learners.momentum({ steps: 3, stepSize: 0.2, momentum: 0.5 }),
  learners.chebyshev({ steps: 3 }),
  learners.conjugateGradient({ steps: 1 }),
  learners.newton({ iterations: 2 }),
  learners.leastSquares(),
  learners.ridge({ penalty: 0.5 }),
  learners.tunedRidge(),
  learners.adaptiveRidge(),
  learners.bayesPosterior({ tasks: isotropic(2, 2), noiseVariance: 0.5, taskMean: [1, -1] }),
  learners.discreteMmse({
    pool: matrixFromRows([
      [1, 0],
      [0, 1],
      [1, 1],
    ]),
    noiseVariance: 0.5,
  }),
  learners.kernelRidge({ kernel: { name: "rbf", lengthScale: 1 }, penalty: 0.1 }),
  learners.lasso({ penalty: 0.1 }),
  learners.nearestNeighbors({ neighbors: 2 }),
];

describe("by hand", () => {
  const x = [
    [1, 0],
    [2, 1],
  ];
  const y = [1, 3];

  it("zero predicts 0", async () => {
    expect(await predictionOf(learners.zero(), x, y, [5, 5])).toBe(0);
  });

  it("one step is η⟨x_q, Xᵀy⟩", async () => {
    expect(await predictionOf(learners.oneStep({ stepSize: 0.5 }), x, y, [1, 2])).toBe(0.5 * (7 + 2 * 3));
  });

  it("a preconditioner is used as it is, not as its transpose", async () => {
    const learner = learners.preconditionedStep({
      preconditioner: matrixFromRows([
        [1, 2],
        [0, 1],
      ]),
    });
    expect(await predictionOf(learner, x, y, [1, 0])).toBe(7 + 2 * 3);
    expect(await predictionOf(learner, x, y, [0, 1])).toBe(3);
  });

  it("every step of gradient descent has its own rate", async () => {
    // s = 4: ŵ = 1.5·(1 − (1 − 0.5)(1 − 0.75))
    const learner = learners.gradientDescent({ stepSizes: [0.125, 0.1875] });
    expect(await predictionOf(learner, [[2]], [3], [1])).toBe(1.5 * 0.875);
    expect(await predictionOf(learners.gradientDescent({ stepSizes: [] }), x, y, [1, 1])).toBe(0);
  });

  it("the mean is over the prompt's own length", async () => {
    const learner = learners.gradientDescent({ steps: 1, stepSize: 1 });
    expect(await predictionOf(learner, [[1], [1]], [3, 5], [1])).toBe(4);
  });

  it("the adaptive penalty is the residual variance, times a factor, up to a threshold, over ω²", async () => {
    // least squares 3, residuals (−1, −1, 2): σ̂² = 6/2
    const prompt = [[[1], [1], [1]], [2, 2, 5], [1]] as const;
    const ridgeOf = (penalty: number): number => 9 / (3 + penalty);
    const tolerance = 16 * ULP;
    expectClose(await predictionOf(learners.adaptiveRidge(), ...prompt), ridgeOf(3), tolerance);
    expectClose(await predictionOf(learners.adaptiveRidge({ factor: 0.5 }), ...prompt), ridgeOf(1.5), tolerance);
    expectClose(await predictionOf(learners.adaptiveRidge({ largest: 1 }), ...prompt), ridgeOf(1), tolerance);
    expectClose(await predictionOf(learners.adaptiveRidge({ taskVariance: 4 }), ...prompt), ridgeOf(0.75), tolerance);
  });

  it("the Bayes posterior of tasks on a line stays on the line", async () => {
    const tasks = covariance(
      matrixFromRows([
        [1, 1],
        [1, 1],
      ]),
    );
    const learner = learners.bayesPosterior({ tasks, noiseVariance: 1 });
    // w = a·(1, 1), a ~ N(0, 1), y = 3a + ε: a = 3·6/(9 + 1)
    expectClose(
      await learner.predict(axesAsQueries({ covariates: matrixFromRows([[2, 1]]), responses: Float64Array.of(6) })),
      [1.8, 1.8],
      8 * ULP,
    );
  });

  it("without noise the Bayes posterior is the likeliest task that fits", async () => {
    const learner = learners.bayesPosterior({ tasks: covariance(diagonal([4, 1])), noiseVariance: 0 });
    // minimize w₁²/4 + w₂² where w₁ + w₂ = 5
    expectClose(
      await learner.predict(axesAsQueries({ covariates: matrixFromRows([[1, 1]]), responses: Float64Array.of(5) })),
      [4, 1],
      32 * ULP,
    );
  });

  it("the discrete posterior weighs tasks by how well they fit", async () => {
    const pool = matrixFromRows([[0], [2]]);
    // y = 1.5 at x = 1: squared errors 2.25 and 0.25
    const odds = Math.exp(-(2.25 - 0.25) / (2 * 0.5));
    const learner = learners.discreteMmse({ pool, noiseVariance: 0.5 });
    expectClose(await predictionOf(learner, [[1]], [1.5], [1]), 2 / (1 + odds), 4 * ULP);
  });

  it("the discrete posterior at or near zero noise picks the best task, and shares between equals", async () => {
    const pool = matrixFromRows([[0], [2], [3]]);
    for (const noiseVariance of [0, 1e-320]) {
      const learner = learners.discreteMmse({ pool, noiseVariance });
      expect(await predictionOf(learner, [[1]], [1.5], [1])).toBe(2);
      expect(await predictionOf(learner, [[1]], [1], [1])).toBe(1);
    }
  });

  it("a pool of one task is that task", async () => {
    const learner = learners.discreteMmse({ pool: matrixFromRows([[3, -2]]), noiseVariance: 0.3 });
    expect(await predictionOf(learner, x, y, [1, 1])).toBe(1);
  });

  it("a kernel without a penalty interpolates, and far from all points there is nothing", async () => {
    const learner = learners.kernelRidge({ kernel: { name: "rbf", lengthScale: 1, amplitude: 3 }, penalty: 0 });
    expectClose(await predictionOf(learner, x, y, [2, 1]), 3, 64 * ULP);
    expect(await predictionOf(learner, x, y, [100, 100])).toBe(0);
  });

  it("the rbf kernel is α² exp(−r²/2ℓ²)", async () => {
    const learner = learners.kernelRidge({ kernel: { name: "rbf", lengthScale: 2, amplitude: 3 }, penalty: 1 });
    expectClose(await predictionOf(learner, [[0]], [10], [4]), (10 * 9 * Math.exp(-2)) / (9 + 1), 16 * ULP);
  });

  it("a kernel may be any function", async () => {
    const learner = learners.kernelRidge({ kernel: () => 1, penalty: 2 });
    expectClose(await predictionOf(learner, x, y, [9, 9]), 4 / (2 + 2), 16 * ULP);
  });

  it("the lasso of orthogonal covariates is soft thresholding", async () => {
    const context = { covariates: diagonal([2, 1, 1]), responses: Float64Array.of(5, 0.5, -3) };
    const weights = await learners.lasso({ penalty: 1 }).predict(axesAsQueries(context));
    expect([...weights]).toEqual([(10 - 1) / 4, 0, -2]);
  });

  it("of equally near neighbors the first counts, and a short context counts in full", async () => {
    const prompt = [[[1], [-1], [5]], [10, 20, 60], [0]] as const;
    expect(await predictionOf(learners.nearestNeighbors({ neighbors: 1 }), ...prompt)).toBe(10);
    expect(await predictionOf(learners.nearestNeighbors({ neighbors: 9 }), ...prompt)).toBe(30);
  });

  it("covariates of zero teach nothing", async () => {
    const prompt = [
      [
        [0, 0],
        [0, 0],
        [0, 0],
      ],
      [1, 2, 3],
      [1, 1],
    ] as const;
    const taught = ["bayes-posterior", "discrete-mmse", "kernel-ridge", "nearest-neighbors"];
    for (const learner of each.filter(({ name }) => !taught.includes(name))) {
      expect([learner.name, await predictionOf(learner, ...prompt)]).toEqual([learner.name, 0]);
    }
  });
});

describe("the table", () => {
  const factories = Object.values(learners).filter((one) => typeof one === "function");

  it("has a row for each learner, and each learner knows what its row says", () => {
    expect(learners.table.length).toBe(factories.length);
    expect(new Set(learners.table)).toEqual(new Set(factories.map(({ row }) => row)));
    expect(each.map(({ name, knows }) => ({ name, knows }))).toEqual(
      learners.table.map(({ name, knows }) => ({ name, knows })),
    );
  });

  it("names each learner once", () => {
    expect(new Set(learners.table.map(({ name }) => name)).size).toBe(learners.table.length);
  });
});

describe.each(each)("$name", (learner) => {
  const { covariates, responses } = drawContext(3, 4, 2);
  const short = promptOf(
    [
      [1, 2],
      [0.5, -1],
      [-1, 0.25],
    ],
    [1, 0.5, 2],
    [0.5, 1],
  );
  const long = {
    ...promptOf([[0, 0]], [0], [1, -2]),
    contextLength: 4,
    covariates: covariates.values,
    responses,
  };

  it("sees the pairs of a prompt and not its padding", async () => {
    const padded = {
      ...short,
      count: 2,
      contextLength: 4,
      covariates: Float64Array.of(...short.covariates, 0, 0, ...long.covariates),
      responses: Float64Array.of(...short.responses, 0, ...long.responses),
      queryCovariates: Float64Array.of(...short.queryCovariates, ...long.queryCovariates),
      queryResponses: new Float64Array(2),
      lengths: Int32Array.of(3, 4),
    };
    const alone = [await learner.predict(short), await learner.predict(long)].map(([prediction]) => prediction);
    expect([...(await learner.predict(padded))]).toEqual(alone);
  });

  it("leaves the prompts as they are, and does not ask for the query's response", async () => {
    const before = structuredClone(short);
    const blind = await learner.predict(short);
    expect(short).toEqual(before);
    expect(await learner.predict({ ...short, queryResponses: Float64Array.of(1e9) })).toEqual(blind);
  });

  it("refuses several queries, arrays of another size, impossible lengths and missing values", async () => {
    const refused = (prompts: object): Promise<unknown> => learner.predict({ ...short, ...prompts });
    await expect(refused({ queries: 2 })).rejects.toThrow(/expected prompts of one query each/);
    await expect(refused({ responses: new Float64Array(2) })).rejects.toThrow(ShapeError);
    await expect(refused({ queryCovariates: new Float64Array(1) })).rejects.toThrow(ShapeError);
    await expect(refused({ lengths: Int32Array.of(0) })).rejects.toThrow(/context lengths from 1 to 3/);
    await expect(refused({ lengths: Int32Array.of(4) })).rejects.toThrow(DomainError);
    await expect(refused({ covariates: new Float64Array(6).fill(NaN, 5) })).rejects.toThrow(/NaN at position 5/);
  });
});
