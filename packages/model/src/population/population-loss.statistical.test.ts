import { childKey, covariance, matrix, meanAccumulator, randomKey } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { drawPrompts, layerOfStep } from "../../tests/gaussian-linear.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { inducedStep } from "../lsa/induced-step.ts";
import { populationLoss } from "./population-loss.ts";
import type { GaussianLinearPopulation } from "./task-moments.ts";

const PROMPTS = 200_000;

/** Everything that a simplification could drop: correlated covariates and tasks, a task mean, noise, an even part. */
const law: Required<GaussianLinearPopulation> = {
  contextLength: 6,
  covariates: covariance(matrix(2, 2, [1, 0.4, 0.4, 0.5])),
  tasks: covariance(matrix(2, 2, [0.3, -0.1, -0.1, 0.2])),
  taskMean: Float64Array.of(0.8, -0.5),
  noiseVariance: 0.3,
};
const parameters = {
  keyQuery: matrix(3, 3, [0.12, -0.05, 7, 0.08, 0.1, 7, 0.08, -0.02, 7]),
  valueProjection: matrix(3, 1, [-0.3, 0.2, 0.9]),
};

describe("populationLoss against prompts drawn from the law", () => {
  const exact = populationLoss(law, parameters);
  const step = layerOfStep(inducedStep(parameters).preconditioner);

  it("is their mean, and so are the energies of both parts; formulas that drop the tasks' mean are not", async () => {
    const [loss, odd, even] = [meanAccumulator(), meanAccumulator(), meanAccumulator()];
    const prompts = drawPrompts(law, childKey(randomKey(seedForTests()), "population loss"), PROMPTS);
    const predictions = await float64Engine().predict(parameters, prompts);
    const oddPredictions = await float64Engine().predict(step, prompts);
    predictions.forEach((prediction, prompt) => {
      loss.push((prediction - prompts.queryResponses[prompt]) ** 2);
      odd.push(oddPredictions[prompt] ** 2);
      even.push((prediction - oddPredictions[prompt]) ** 2);
    });
    expectWithin(loss.estimate(), exact.loss);
    expectWithin(odd.estimate(), exact.oddEnergy);
    expectWithin(even.estimate(), exact.evenEnergy);

    // L = R(Γ) + E f_even² holds for tasks of mean zero only: here the parts correlate.
    expectRejected(loss.estimate(), populationLoss(law, step).loss + exact.evenEnergy);
    const { taskMean: _, ...centred } = law;
    const wrong = populationLoss(centred, parameters);
    expectRejected(loss.estimate(), wrong.loss);
    expectRejected(odd.estimate(), wrong.oddEnergy);
    expectRejected(even.estimate(), wrong.evenEnergy);
  });

  it("has an even part worth testing", () => {
    expect(exact.evenEnergy / exact.oddEnergy).toBeGreaterThan(0.05);
  });
});
