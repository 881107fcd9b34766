import { matrixFromRows, toRows } from "@onestep/core";
import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { populationOfGolden } from "../../tests/gaussian-linear.ts";
import { factoredHeads } from "../deep/parametrisations/factored-heads.ts";
import type { LsaWeights } from "../lsa/weights.ts";
import { gradientFlow } from "../optimizers/gradient-flow.ts";
import { negativeCurvature } from "../optimizers/negative-curvature.ts";
import { trainableOnPopulation } from "./layer-on-population.ts";

/** A head of rank one along coordinate i whose step is γ e_i e_iᵀ, all four factors alike. */
function headAlong(coordinate: number, dimension: number, gamma: number): LsaWeights {
  const size = gamma ** (1 / 4);
  const along = (i: number): number[] => Array.from({ length: dimension + 1 }, (_, at) => (at === i ? size : 0));
  return {
    key: matrixFromRows([along(coordinate)]),
    query: matrixFromRows([along(coordinate)]),
    value: matrixFromRows([along(dimension)]),
    head: Float64Array.of(size),
  };
}

describe.each(goldenCases("plateau_losses"))("$id: heads with separate key and query", ({ law, value, abs_tol }) => {
  const population = populationOfGolden(law);
  const { n, d } = law;
  const family = factoredHeads({ dimension: d, heads: d, rank: 1, valueRank: 1 });
  const model = trainableOnPopulation(family, population);
  const objective = (position: Float64Array) => model.lossAndGradient(position, undefined);
  const variances = toRows(population.covariates.matrix).map((row, i) => row[i]);
  const tau = variances.reduce((sum, one) => sum + one, 0) + law.noise_var;
  /** γᵢ* = 1/((n+1)λᵢ + τ) at Ω = I */
  const best = variances.map((lambda) => 1 / ((n + 1) * lambda + tau));

  it("rest at the golden losses with m directions learned, on saddles until all are", async () => {
    for (let learned = 0; learned <= d; learned++) {
      const position = family.pack(best.map((gamma, i) => headAlong(i, d, i < learned ? gamma : 0)));
      const { loss, gradient } = await objective(position);
      expectClose(loss, value[learned], abs_tol);
      expectClose(gradient, new Float64Array(family.size), 1e-12);
      const nearby = family.pack(best.map((gamma, i) => headAlong(i, d, i < learned ? gamma : 1e-6)));
      const curvature = await negativeCurvature(objective, nearby);
      expect(curvature !== undefined).toBe(learned < d);
    }
  });

  it("pass from one to the next along gradient flow, and rest at each", async () => {
    const from = family.pack(best.map((_, i) => headAlong(i, d, 0.06 ** 4)));
    const times = Array.from({ length: 100 }, (_, at) => 0.22 * (at + 1));
    const losses: number[] = [];
    for await (const { loss } of gradientFlow(objective, { from, times, tolerance: 1e-5 })) losses.push(loss);
    // The first time that the loss is within 2 % of each plateau, and how often: there the curve is flat.
    const near = value.map((plateau) => losses.map((loss) => Math.abs(loss / plateau - 1) < 0.02));
    const first = near.map((looks) => looks.indexOf(true));
    expect(first).toEqual([...first].sort((a, b) => a - b));
    for (const looks of near) expect(looks.filter(Boolean).length).toBeGreaterThan(5);
    // Between plateaus the loss passes quickly.
    const between = losses.filter((_, at) => near.every((looks) => !looks[at]));
    expect(between.length).toBeLessThan(20);
  });
});
