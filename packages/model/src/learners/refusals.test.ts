import { DomainError, diagonal, isotropic, NumericalError, ShapeError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { predictionOf } from "../../tests/contexts.ts";
import * as learners from "./index.ts";
import type { Learner } from "./learner.ts";

describe("learners refuse", () => {
  it("names that nothing goes by, and the nearest is named", () => {
    const criterion = { criterion: "leave-one-in" } as unknown as Parameters<typeof learners.tunedRidge>[0];
    expect(() => learners.tunedRidge(criterion)).toThrow(/criterion: .* did you mean "leave-one-out"/);
    const start = { iterations: 1, start: "grams" } as unknown as Parameters<typeof learners.newton>[0];
    expect(() => learners.newton(start)).toThrow(/start: expected one of identity, gram; got "grams"/);
  });

  it("a diverging iteration is an error, not a NaN", async () => {
    const prompt = [[[1]], [1], [1]] as const;
    for (const learner of [
      learners.gradientDescent({ steps: 2000, stepSize: 10 }),
      learners.momentum({ steps: 2000, stepSize: 10, momentum: 0.5 }),
      learners.newton({ iterations: 60, initialScale: 3 }),
    ]) {
      await expect(predictionOf(learner, ...prompt)).rejects.toThrow(NumericalError);
    }
  });

  it("an adaptive penalty needs more pairs than covariates", async () => {
    await expect(predictionOf(learners.adaptiveRidge(), [[1, 2]], [1], [1, 1])).rejects.toThrow(
      /expected contexts of more pairs than covariates; got 1 pairs/,
    );
  });

  it.each<[string, () => Learner]>([
    ["one-step: stepSize", () => learners.oneStep({ stepSize: NaN })],
    [
      "preconditioned-step: preconditioner",
      () => learners.preconditionedStep({ preconditioner: { rows: 1, columns: 1, values: Float64Array.of(NaN) } }),
    ],
    ["gradient-descent: steps", () => learners.gradientDescent({ steps: 1.5, stepSize: 1 })],
    ["gradient-descent: stepSize", () => learners.gradientDescent({ stepSizes: [1, Infinity] })],
    ["momentum: momentum", () => learners.momentum({ steps: 1, stepSize: 1, momentum: NaN })],
    ["chebyshev: interval", () => learners.chebyshev({ steps: 1, interval: [0, 1] })],
    ["chebyshev: interval", () => learners.chebyshev({ steps: 1, interval: [2, 1] })],
    ["conjugate-gradient: steps", () => learners.conjugateGradient({ steps: -1 })],
    ["newton: initialScale", () => learners.newton({ iterations: 1, initialScale: 0 })],
    ["ridge: penalty", () => learners.ridge({ penalty: -1 })],
    ["tuned-ridge: penalties", () => learners.tunedRidge({ penalties: [] })],
    ["tuned-ridge: penalties", () => learners.tunedRidge({ penalties: [0] })],
    ["adaptive-ridge: factor", () => learners.adaptiveRidge({ factor: -1 })],
    ["adaptive-ridge: largest", () => learners.adaptiveRidge({ largest: NaN })],
    ["bayes-posterior: noiseVariance", () => learners.bayesPosterior({ tasks: isotropic(1), noiseVariance: -1 })],
    [
      "bayes-posterior: taskMean",
      () => learners.bayesPosterior({ tasks: isotropic(1), taskMean: [NaN], noiseVariance: 1 }),
    ],
    ["discrete-mmse: weights", () => learners.discreteMmse({ pool: diagonal([1]), weights: [0], noiseVariance: 1 })],
    ["kernel-ridge: lengthScale", () => learners.kernelRidge({ kernel: { name: "rbf", lengthScale: 0 }, penalty: 1 })],
    ["lasso: penalty", () => learners.lasso({ penalty: 0 })],
    ["nearest-neighbors: neighbors", () => learners.nearestNeighbors({ neighbors: 0 })],
  ])("learners %s", (where, make) => {
    expect(make).toThrow(DomainError);
    expect(make).toThrow(`learners ${where}: expected`);
  });

  it("settings of another dimension are refused with both", async () => {
    const [x, y, query] = [[[1, 2]], [1], [1, 1]];
    const { preconditionedStep, bayesPosterior, discreteMmse } = learners;
    await expect(predictionOf(preconditionedStep({ preconditioner: diagonal([1]) }), x, y, query)).rejects.toThrow(
      /expected \[2, 2\], as the prompts have 2 covariates; got \[1, 1\]/,
    );
    await expect(predictionOf(bayesPosterior({ tasks: isotropic(3), noiseVariance: 1 }), x, y, query)).rejects.toThrow(
      ShapeError,
    );
    await expect(predictionOf(discreteMmse({ pool: diagonal([1]), noiseVariance: 1 }), x, y, query)).rejects.toThrow(
      ShapeError,
    );
    expect(() => bayesPosterior({ tasks: isotropic(2), taskMean: [1], noiseVariance: 1 })).toThrow(ShapeError);
    expect(() => discreteMmse({ pool: diagonal([1, 1]), weights: [1], noiseVariance: 1 })).toThrow(ShapeError);
  });

  it("a kernel that is not symmetric, or not finite, is refused", async () => {
    const withKernel = (kernel: (x: Float64Array, z: Float64Array) => number): Promise<number> =>
      predictionOf(learners.kernelRidge({ kernel, penalty: 1 }), [[1], [2]], [1, 1], [1]);
    await expect(withKernel((x, z) => x[0] - z[0])).rejects.toThrow(NumericalError);
    await expect(withKernel(() => NaN)).rejects.toThrow(DomainError);
  });

  it("a lasso that cannot settle says so", async () => {
    // Two covariates that differ in the seventh digit, and a penalty that hardly chooses between them.
    const prompt = [
      [
        [1, 1],
        [1, 1 + 1e-7],
      ],
      [1, -1],
      [1, 1],
    ] as const;
    await expect(predictionOf(learners.lasso({ penalty: 1e-12 }), ...prompt)).rejects.toThrow(/to settle within/);
  });
});
