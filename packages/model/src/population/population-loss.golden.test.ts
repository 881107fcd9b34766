import { add, identity, matrix, matrixFromRows, multiply, outer, scale, solve, transpose } from "@onestep/core";
import { expectClose, expectMatrixClose, goldenCases } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { layerOfStep, populationOfGolden } from "../../tests/gaussian-linear.ts";
import { inducedStep } from "../lsa/induced-step.ts";
import { packParameters, unpackParameters } from "../lsa/parameters.ts";
import { populationLoss } from "./population-loss.ts";

describe("population_loss_w_M", () => {
  it.each(goldenCases("population_loss_w_M"))("$id", ({ law, value, abs_tol, w, M }) => {
    const parameters = { keyQuery: matrixFromRows(M), valueProjection: matrix(w.length, 1, [...w]) };
    const { loss, evenEnergy } = populationLoss(populationOfGolden(law), parameters);
    expectClose(loss, value.total, abs_tol);
    expectClose(evenEnergy, value.even, abs_tol);
    // Tasks of mean zero decouple the parts, so that the file's odd part is the loss R(Γ) of the step alone.
    expectClose(loss - evenEnergy, value.odd, abs_tol);
    expectMatrixClose(inducedStep(parameters).preconditioner, value.gamma, abs_tol);
    expectClose(
      populationLoss(populationOfGolden(law), layerOfStep(matrixFromRows(value.gamma))).loss,
      value.odd,
      abs_tol,
    );
  });
});

describe("multihead_optimum", () => {
  it.each(goldenCases("multihead_optimum"))("$id: the best step, and what one head gains over it", (golden) => {
    const population = populationOfGolden(golden.law);
    const { contextLength: n, noiseVariance } = population;
    const d = population.covariates.dimension;
    // Σ = I here: C = E wwᵀ = Ω + μμᵀ, B = n(n+1)C + nτI, Γ = n C B⁻¹, τ = tr C + σ².
    const mean = population.taskMean ?? new Float64Array(d);
    const second = add(population.tasks.matrix, outer(mean, mean));
    const tau = second.values.reduce((sum, entry, at) => sum + (at % (d + 1) === 0 ? entry : 0), 0) + noiseVariance;
    const stepMoment = add(scale(second, n * (n + 1)), scale(identity(d), n * tau));
    const best = transpose(solve(stepMoment, scale(second, n))); // C and B are symmetric
    expectMatrixClose(multiply(best, stepMoment), scale(second, n), 1e-12);
    const { loss, evenEnergy } = populationLoss(population, layerOfStep(best));
    expectClose(loss, golden.value.gamma_only, golden.abs_tol);
    expect(evenEnergy).toBe(0);

    // theory.md a.5 gives the minimum of one head to four decimals.
    const oneHead = descend((position) => populationLoss(population, unpackParameters(position, d)).loss, {
      from: packParameters(layerOfStep(best)).map((entry, at) => entry + 0.01 * ((at % 3) - 1)),
    });
    expectClose(oneHead, 2.037, 0.5e-4);
    expect(oneHead).toBeGreaterThan(golden.value.multihead);
  });
});

/** Minimises a function that is a parabola along each coordinate, by going to the vertex of one parabola after another. */
function descend(loss: (position: Float64Array) => number, { from }: { readonly from: Float64Array }): number {
  const position = from.slice();
  let last = Infinity;
  for (let sweep = 0; sweep < 2000; sweep++) {
    for (let at = 0; at < position.length; at++) {
      const here = position[at];
      const [down, middle, up] = [-1, 0, 1].map((by) => {
        position[at] = here + by;
        return loss(position);
      });
      const curvature = up - 2 * middle + down;
      position[at] = curvature > 1e-9 ? here - (up - down) / (2 * curvature) : here;
    }
    const now = loss(position);
    if (last - now < 1e-9) break;
    last = now;
  }
  return loss(position);
}
