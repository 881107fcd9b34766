import { covariance, matrix, maxAbs, multiply, scale, trace, transpose } from "@onestep/core";
import {
  anyContextLength,
  anyCovariance,
  anyDimension,
  anyMatrix,
  anyNoiseVariance,
  anyVector,
  expectClose,
} from "@onestep/testkit";
import { assert, asyncProperty, constantFrom, property, tuple, type Arbitrary } from "fast-check";
import { describe, expect, it } from "vitest";
import { anyLayer, type LayerOnPrompts } from "../../tests/any-layer.ts";
import { layerOfStep } from "../../tests/gaussian-linear.ts";
import { absoluteLaw, promptNodes } from "../../tests/prompt-nodes.ts";
import { float64Engine } from "../engine/float64-engine.ts";
import { inducedStep } from "../lsa/induced-step.ts";
import { populationLoss, type PopulationLoss } from "./population-loss.ts";
import type { GaussianLinearPopulation } from "./task-moments.ts";

const UNIT_ROUNDOFF = 2 ** -53;

interface Case {
  readonly law: Required<GaussianLinearPopulation>;
  readonly parameters: LayerOnPrompts["parameters"];
}

/** Shapes whose expectation has at most 3⁸ nodes, n below, at and above d. */
const shapes = [
  [1, 1],
  [1, 2],
  [1, 3],
  [2, 1],
  [2, 2],
  [3, 1],
] as const;

/** Any Gaussian linear law with tasks of any mean, and any layer with all of its blocks. */
const anyCase: Arbitrary<Case> = constantFrom(...shapes).chain(([dimension, contextLength]) =>
  tuple(
    anyCovariance(dimension),
    anyCovariance(dimension),
    anyVector(dimension),
    anyNoiseVariance(),
    anyLayer(dimension),
  ).map(([covariates, tasks, taskMean, noiseVariance, parameters]) => ({
    law: { contextLength, covariates, tasks, taskMean, noiseVariance },
    parameters,
  })),
);

describe("populationLoss", () => {
  it("is the expectation of the layer's predictions, by a quadrature that is exact for them", async () => {
    await assert(
      asyncProperty(anyCase, async ({ law, parameters }) => {
        const expected = await byQuadrature(law, parameters);
        const actual = populationLoss(law, parameters);
        const tolerance = roundingOf(law, parameters, expected.nodes);
        expectClose(actual.loss, expected.loss, tolerance);
        expectClose(actual.oddEnergy, expected.oddEnergy, tolerance);
        expectClose(actual.evenEnergy, expected.evenEnergy, tolerance);
      }),
      { numRuns: 60 },
    );
  });

  it("of a layer that takes a step Γ is R(Γ) = τ − 2n tr(ΓC) + tr(ΣΓBΓᵀ), without any even energy", () => {
    const anyStep = anyDimension().chain((d) =>
      tuple(anyCovariance(d), anyCovariance(d), anyNoiseVariance(), anyContextLength(), anyMatrix(d, d)),
    );
    assert(
      property(anyStep, ([covariates, tasks, noiseVariance, contextLength, step]) => {
        const law = { contextLength, covariates, tasks, noiseVariance };
        const sigma = covariates.matrix;
        const moment = multiply(sigma, tasks.matrix, sigma); // C = ΣΩΣ
        const tau = trace(multiply(sigma, tasks.matrix)) + noiseVariance;
        const stepMoment = matrix(
          sigma.rows,
          sigma.rows,
          moment.values.map((c, at) => contextLength * ((contextLength + 1) * c + tau * sigma.values[at])), // B
        );
        const odd = trace(multiply(sigma, step, stepMoment, transpose(step)));
        const explained = contextLength * trace(multiply(step, moment));
        const { loss, oddEnergy, evenEnergy } = populationLoss(law, layerOfStep(step));
        expect(evenEnergy).toBe(0);
        // Three products of d×d matrices and a trace, on sums of d⁴ terms each at most the largest entries' product.
        const d = sigma.rows;
        const largest = d ** 4 * maxAbs(sigma) * maxAbs(stepMoment) * Math.max(1, maxAbs(step)) ** 2;
        const tolerance = 2 * (4 * d + 16) * UNIT_ROUNDOFF * (largest + tau);
        expectClose(oddEnergy, odd, tolerance);
        expectClose(loss, tau - 2 * explained + odd, tolerance);
      }),
    );
  });

  it("rejects a formula that forgets the tasks' mean: at these tolerances it is another number", async () => {
    const law = {
      contextLength: 2,
      covariates: covariance(matrix(2, 2, [1, 0.5, 0.5, 2])),
      tasks: covariance(matrix(2, 2, [1, -0.25, -0.25, 0.5])),
      taskMean: Float64Array.of(0.125, -0.0625),
      noiseVariance: 0.5,
    };
    const parameters = {
      keyQuery: matrix(3, 3, [0.1, -0.2, 0, 0.3, 0.2, 0, -0.1, 0.1, 0]),
      valueProjection: matrix(3, 1, [0.2, -0.1, 0.5]),
    };
    const { loss, nodes } = await byQuadrature(law, parameters);
    const { taskMean: _, ...forgetful } = law;
    const wrong = populationLoss(forgetful, parameters).loss;
    expect(Math.abs(wrong - loss)).toBeGreaterThan(1e6 * roundingOf(law, parameters, nodes));
  });
});

async function byQuadrature(
  law: Required<GaussianLinearPopulation>,
  parameters: Case["parameters"],
): Promise<PopulationLoss & { readonly nodes: number }> {
  const { prompts, weights } = promptNodes(law);
  // The odd part alone is the layer of its step; what is left of a prediction is the even part.
  const engine = float64Engine();
  const predictions = await engine.predict(parameters, prompts);
  const odd = await engine.predict(layerOfStep(inducedStep(parameters).preconditioner), prompts);
  const energies = { loss: 0, oddEnergy: 0, evenEnergy: 0 };
  predictions.forEach((prediction, node) => {
    energies.loss += weights[node] * (prediction - prompts.queryResponses[node]) ** 2;
    energies.oddEnergy += weights[node] * odd[node] ** 2;
    energies.evenEnergy += weights[node] * (prediction - odd[node]) ** 2;
  });
  return { ...energies, nodes: weights.length };
}

/**
 * Rounding of both routes: K roundings on sums that the formula of absolute values bounds. With all entries positive
 * and u negated, every term of the formula is positive, the products with the response included.
 */
function roundingOf(
  law: Required<GaussianLinearPopulation>,
  { keyQuery, valueProjection }: Case["parameters"],
  nodes: number,
): number {
  const absolute = <M extends { readonly values: Float64Array }>(m: M): M => ({ ...m, values: m.values.map(Math.abs) });
  const bound = populationLoss(absoluteLaw(law), {
    keyQuery: absolute(keyQuery),
    valueProjection: scale(absolute(valueProjection), -1),
  });
  const dimension = law.covariates.dimension;
  const roundings = nodes + 16 * (dimension + law.contextLength) + 64;
  return 2 * roundings * UNIT_ROUNDOFF * bound.loss;
}
