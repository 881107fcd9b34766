import { childKey, meanAccumulator, randomKey, type Estimate, type MeanAccumulator } from "@onestep/core";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { describe, it } from "vitest";
import { openPrompt } from "../lanes/twin.ts";
import type { LinearGaussianLaw } from "../one-layer/law.ts";
import { promptDrawer } from "./prompt-drawer.ts";

const DRAWS = 60_000;
const key = childKey(randomKey(seedForTests()), "deep prompts");

/** What is measured of a prompt with two covariates: entries of S, b and c, and how its query goes with its context. */
type Moment = "squaredVariance" | "squaredCovariance" | "cross" | "squaredCross" | "energy" | "query";

/** w = (1, 0) + diag(1, 2) ω, so that E w₁ = 1, E w₁² = 2, E w₂² = 4; and σ = ½. */
const law = (contextLength: number): LinearGaussianLaw => ({
  dimension: 2,
  contextLength,
  noiseDeviation: 0.5,
  task: { factor: Float64Array.of(1, 2), mean: Float64Array.of(1, 0) },
});

/** Given w, rows are Gaussian: E S₁₁² = n(n+2), E S₁₂² = n, and E(Sw)₁² = n(n+2)w₁² + n w₂². */
const expected = (n: number): Record<Moment, number> => ({
  squaredVariance: n * (n + 2),
  squaredCovariance: n,
  cross: n,
  squaredCross: 2 * n * (n + 2) + 4 * n + 0.25 * n,
  energy: 6.25 * n,
  query: 2 * n,
});

function estimated(n: number): Record<Moment, Estimate> {
  const draw = promptDrawer(law(n));
  const gram = new Float64Array(9);
  const query = new Float64Array(3);
  const means: Record<Moment, MeanAccumulator> = {
    squaredVariance: meanAccumulator(),
    squaredCovariance: meanAccumulator(),
    cross: meanAccumulator(),
    squaredCross: meanAccumulator(),
    energy: meanAccumulator(),
    query: meanAccumulator(),
  };
  const own = childKey(key, "rows", n);
  for (let prompt = 0; prompt < DRAWS; prompt++) {
    const response = draw(openPrompt(own, prompt), gram, query);
    const [variance, covariance, cross, energy] = [gram[0], gram[1], gram[2], gram[8]].map((entry) => n * entry);
    means.squaredVariance.push(variance ** 2);
    means.squaredCovariance.push(covariance ** 2);
    means.cross.push(cross);
    means.squaredCross.push(cross ** 2);
    means.energy.push(energy);
    means.query.push(response * query[0] * cross);
  }
  return Object.fromEntries(Object.entries(means).map(([name, mean]) => [name, mean.estimate()])) as Record<
    Moment,
    Estimate
  >;
}

describe("promptDrawer", () => {
  it.each([1, 2, 3, 9])("draws contexts of %i rows with the moments of Gaussian rows and their task", (n) => {
    const actual = estimated(n);
    const wrong = expected(n + 1);
    for (const [name, value] of Object.entries(expected(n))) {
      expectWithin(actual[name as Moment], value);
      expectRejected(actual[name as Moment], 1.3 * wrong[name as Moment]);
    }
  });
});
