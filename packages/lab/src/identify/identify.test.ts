import {
  childKey,
  diagonal,
  frobeniusNorm,
  matrix,
  openStream,
  randomKey,
  scale,
  subtract,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { parsePromptLaw, samplePrompts, type PromptLaw } from "@onestep/data";
import { construct, learners, lsaHeads, populationLoss, type Learner } from "@onestep/model";
import { liftToLsa } from "@onestep/theory";
import { expectClose, expectRejected, expectWithin } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { linearTasks } from "../linear-tasks.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import type { Identification, IdentifiedAlgorithm } from "./identification.ts";
import { identify, identifyPredictions } from "./identify.ts";

/** Two steps are tried where the test asks for no more. */
const draws = 400;
const few = { draws, mostSteps: 2 };

function law(change: object = {}): PromptLaw {
  return parsePromptLaw({
    contextLength: 12,
    dimension: 3,
    covariates: { law: "gaussian", covariance: 1 },
    target: { law: "linear", tasks: { law: "gaussian", covariance: 1 } },
    noise: { law: "gaussian", variance: 0.25 },
    ...change,
  });
}

/** A learner whose predictions are blurred by noise of a hundredth. */
function blurred(learner: Learner): Pick<Learner, "predict"> {
  return {
    async predict(prompts) {
      const stream = openStream(childKey(randomKey(3), `blur ${prompts.responses[0]}`));
      return (await learner.predict(prompts)).map((one) => one + 0.01 * stream.normal());
    },
  };
}

function nearestOf(found: Identification): IdentifiedAlgorithm {
  return found.algorithms.find(({ name }) => name === found.nearest)!;
}

describe("a model that is an algorithm is told to be that one", () => {
  it("one step of gradient descent, with no error at all for a layer on a Gaussian linear law", async () => {
    const found = await identify(lsaHeads([liftToLsa(scale(diagonal([1, 1, 1]), 0.05))]), law(), few);
    expect(found).toMatchObject({ nearest: "one step of gradient descent", isWithinTolerance: true });
    const { parameters, residual } = nearestOf(found);
    expect(parameters).toHaveLength(1);
    expectClose(parameters[0].value, 0.05, 1e-15);
    expect(residual).toEqual({ value: 0, standardError: 0 });
  });

  it("one step, by what it predicts", async () => {
    const found = await identify(blurred(learners.oneStep({ stepSize: 0.05 })), law(), few);
    const { algorithm, steps, parameters } = nearestOf(found);
    expect([algorithm, steps]).toEqual(["gradient-descent", 1]);
    expectWithin({ value: parameters[0].value, standardError: parameters[0].standardError!, count: draws }, 0.05);
  });

  it("ridge regression, with λ inside its interval", async () => {
    const found = await identify(blurred(learners.ridge({ penalty: 0.25 })), law(), { ...few, draws: 1200 });
    const { algorithm, parameters, residual } = nearestOf(found);
    expect(algorithm).toBe("ridge");
    const [{ value, standardError, lower, upper }] = parameters;
    expect(lower! < 0.25 && 0.25 < upper!).toBe(true);
    const estimate = { value, standardError: standardError!, count: 1200 };
    expectWithin(estimate, 0.25);
    expectRejected(estimate, 0.3);
    // The blur is what is left: a hundredth of the size that predictions have, about √(3 + …).
    expect(residual.value).toBeGreaterThan(0.004);
    expect(residual.value).toBeLessThan(0.01);
  });

  it("one preconditioned step, with its Γ", async () => {
    const tilted = law({
      covariates: {
        law: "gaussian",
        covariance: [
          [2, 0.5, 0],
          [0.5, 1, 0],
          [0, 0, 0.3],
        ],
      },
    });
    const { value } = optimumOfLaw(tilted).preconditioner;
    const found = await identify(lsaHeads([liftToLsa(value)]), tilted, few);
    const { algorithm, preconditioner, residual } = nearestOf(found);
    expect([algorithm, residual.value]).toEqual(["preconditioned-step", 0]);
    const read = matrix(3, 3, preconditioner!.flat());
    expect(frobeniusNorm(subtract(read, value))).toBeLessThan(1e-12 * frobeniusNorm(value));
  });

  it("one step in white coordinates, Γ = ηΣ⁻¹", async () => {
    const wide = law({ covariates: { law: "gaussian", covariance: [4, 1, 0.25] } });
    const found = await identify(lsaHeads([liftToLsa(diagonal([0.01, 0.04, 0.16]))]), wide, few);
    const { algorithm, steps, coordinates, parameters } = nearestOf(found);
    expect([algorithm, steps, coordinates]).toEqual(["gradient-descent", 1, "white"]);
    expectClose(parameters[0].value, 0.04, 1e-15);
  });

  it.each([
    [
      "2 steps of gradient descent at one rate",
      construct.gradientDescent({ dimension: 3, stepSizes: [0.6, 0.6] }),
      [0.6],
    ],
    [
      "3 steps of gradient descent, each at its rate",
      construct.gradientDescent({ dimension: 3, stepSizes: [0.4, 0.7, 1.6] }),
      [0.4, 0.7, 1.6],
    ],
    [
      "GD++ of 2 layers",
      construct.gdPlusPlus({ dimension: 3, stepSizes: [0.5, 3], contractions: [0.45, 0] }),
      [0.5, 3, 0.9],
    ],
  ])("%s", async (name, model, numbers) => {
    const found = await identify(model, law(), { draws: 1000 });
    expect(found.nearest).toBe(name);
    const { parameters } = nearestOf(found);
    // Steps of gradient descent commute: their order is nobody's.
    const values = parameters.map(({ value }) => value);
    const told = name.startsWith("GD++") ? values : values.sort((a, b) => a - b);
    told.forEach((value, i) => expectClose(value, numbers[i], 1e-9));
  });

  it("Newton's method", async () => {
    const newton = learners.newton({ iterations: 2, start: "gram", initialScale: 0.15 });
    const { nearest, algorithms } = await identify(newton, law(), few);
    expect(nearest).toBe("2 iterations of Newton's method");
    expectClose(algorithms.find(({ name }) => name === nearest)!.parameters[0].value, 0.15, 1e-9);
  });

  it("steps that explode on a few prompts, whose predictions outweigh all others", async () => {
    const wild = law({ contextLength: { law: "uniform", from: 1, to: 8 }, covariates: { law: "laplace" } });
    const model = construct.gradientDescent({ dimension: 3, stepSizes: [0.3, 0.5] });
    expect((await identify(model, wild, few)).nearest).toBe("2 steps of gradient descent, each at its rate");
  });

  it("the posterior mean over a pool of tasks", async () => {
    const pooled = law({ target: { law: "linear", tasks: { law: "pool", size: 2, of: { law: "gaussian" } } } });
    const [one, other] = linearTasks(pooled)!.pool!;
    const memory = learners.discreteMmse({ pool: matrix(2, 3, [...one, ...other]), noiseVariance: 0.25 });
    expect((await identify(memory, pooled, few)).nearest).toBe("the posterior mean over the pool");
  });

  it("zero, for a model that says nothing, or next to nothing", async () => {
    const silent = await identify(learners.zero(), law(), few);
    expect(silent).toMatchObject({ nearest: "zero", isWithinTolerance: true, size: 0 });
    const hardly = await identify(learners.oneStep({ stepSize: 1e-5 }), law(), few);
    expect(hardly).toMatchObject({ nearest: "zero", isWithinTolerance: true });
  });
});

describe("a model that is none of them", () => {
  it("is told so, with its nearest", async () => {
    const neighbours = learners.nearestNeighbors({ neighbors: 3 });
    expect((await identify(neighbours, law(), few)).isWithinTolerance).toBe(false);
  });

  it("is told its even part, as exactly as contexts allow", async () => {
    const layer: LsaParameters<Matrix> = {
      keyQuery: matrix(4, 4, [0.05, 0, 0, 0, 0, 0.05, 0, 0, 0, 0, 0.05, 0, 0.01, 0, 0, 0]),
      valueProjection: matrix(4, 1, [0.1, 0, 0, 1]),
    };
    const { leakage } = await identify(lsaHeads([layer]), law(), { ...few, draws: 2000 });
    const { evenEnergy, oddEnergy } = populationLoss(gaussianLinearPopulation(law())!, layer);
    expectWithin({ ...leakage!, count: 2000 }, Math.sqrt(evenEnergy / oddEnergy));
  });
});

it("predictions alone are identified too, without the even part", async () => {
  const prompts = samplePrompts(law(), { key: randomKey(1), count: 400 });
  const found = await identifyPredictions(prompts, await learners.ridge({ penalty: 1 }).predict(prompts), undefined);
  expect(found).toMatchObject({ nearest: "ridge regression", isWithinTolerance: true, leakage: null });
});

it("is the same for the same seed, and refuses too few prompts", async () => {
  const model = construct.gradientDescent({ dimension: 3, stepSizes: [0.6] });
  expect(await identify(model, law(), { ...few, draws: 100 })).toEqual(
    await identify(model, law(), { ...few, draws: 100 }),
  );
  await expect(identify(model, law(), { ...few, draws: 99 })).rejects.toThrow("at least 100");
});
