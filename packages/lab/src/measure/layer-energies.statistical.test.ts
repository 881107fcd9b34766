import { childKey, matrix, randomKey, type LsaParameters, type Matrix } from "@onestep/core";
import { parsePromptLaw } from "@onestep/data";
import { populationLoss } from "@onestep/model";
import { expectRejected, expectWithin, seedForTests } from "@onestep/testkit";
import { liftToLsa } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { estimateLayer } from "./layer-energies.ts";

const law = parsePromptLaw({
  contextLength: 10,
  dimension: 2,
  covariates: { law: "gaussian", covariance: 1 },
  target: { law: "linear", tasks: { law: "gaussian", covariance: 1 } },
  noise: { law: "gaussian", variance: 0.25 },
});
const population = gaussianLinearPopulation(law) ?? expect.fail("a Gaussian linear law");
const key = childKey(randomKey(seedForTests()), "layer energies");

/** A layer with a loud even part, which reads covariances and not squares of responses: their tails would be heavier. */
const layer: LsaParameters<Matrix> = {
  keyQuery: matrix(3, 3, [0.08, -0.02, 0, 0.03, 0.07, 0, 0, 0, 0]),
  valueProjection: matrix(3, 1, [0.5, -0.4, 0.8]),
};
const request = { key, optimalLoss: 0.8, relativeError: 0.01, limit: 1_000_000 };

describe("estimateLayer", () => {
  it("estimates the loss, the energy of the even part, and what is left of the loss beyond it", async () => {
    const exact = populationLoss(population, layer);
    const estimates = await estimateLayer(law, layer, request);
    expectWithin(estimates.loss, exact.loss);
    expectWithin(estimates.evenEnergy, exact.evenEnergy);
    expectWithin(estimates.lossBeyondEven, exact.loss - exact.evenEnergy);
    expectRejected(estimates.loss, exact.loss - exact.evenEnergy);
    expectRejected(estimates.evenEnergy, exact.oddEnergy);
  });

  it("draws until the error of the loss is as small as asked, and never more than the limit", async () => {
    const { loss } = await estimateLayer(law, layer, request);
    // The pilot's own estimate of the variance is off by several per cent: fourth moments are heavy.
    expect(loss.standardError).toBeLessThan(1.25 * request.relativeError * loss.value);
    const limited = await estimateLayer(law, layer, { ...request, relativeError: 0.004, limit: 30_000 });
    expect(limited.loss.count).toBe(30_000);
  });

  it("aims at the error relative to L* where the layer is better than it looks, and draws two blocks at least", async () => {
    const coarse = await estimateLayer(law, layer, { ...request, relativeError: 0.5 });
    expect(coarse.loss.count).toBe(20_000);
    const lenient = await estimateLayer(law, layer, { ...request, optimalLoss: 100 });
    expect(lenient.loss.count).toBe(20_000);
  });

  it("is the same for the same key, and another for another", async () => {
    const once = await estimateLayer(law, layer, request);
    expect(await estimateLayer(law, layer, request)).toEqual(once);
    const other = await estimateLayer(law, layer, { ...request, key: childKey(key, "other") });
    expect(other.loss.value).not.toBe(once.loss.value);
  });

  it("sees no departure in a layer that takes a plain step, whatever its size", async () => {
    const scalar = await estimateLayer(law, liftToLsa(matrix(2, 2, [0.07, 0, 0, 0.07])), request);
    // 1 − cos² is lost in the rounding of sums over the prompts; its root is what is left of it.
    expect(scalar.departure.value).toBeLessThan(Math.sqrt(scalar.departure.count * 2 ** -53));
    expect(scalar.evenEnergy.value).toBeLessThan(2 ** -90);
  });

  it("measures the angle to the nearest plain step: one coordinate of two is 45° away", async () => {
    // On an isotropic law cos² = tr(Γ)²/(d·tr ΓΓᵀ) = 1/2.
    const half = await estimateLayer(law, liftToLsa(matrix(2, 2, [0.1, 0, 0, 0])), {
      ...request,
      relativeError: 0.004,
    });
    const { value, standardError, count } = half.departure;
    expect(count).toBeGreaterThanOrEqual(100_000);
    expect(standardError).toBeLessThan(0.02);
    // Ten blocks at least: Student's t with 9 degrees of freedom exceeds 26 with probability below 1e-9.
    expect(Math.abs(value - Math.sqrt(1 / 2))).toBeLessThan(26 * standardError);
  });
});
