import {
  AssumptionError,
  childKey,
  diagonal,
  matrix,
  openStream,
  randomKey,
  scale,
  ShapeError,
  type LsaParameters,
  type Matrix,
} from "@onestep/core";
import { parsePromptLaw, type PromptLaw } from "@onestep/data";
import { construct, fullTransformer, lsaHeads, type LinearTransformer } from "@onestep/model";
import { liftToLsa, optimalDepth, plateauLosses, singleHeadOptimum, tiedDepth } from "@onestep/theory";
import { expectClose } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { gaussianLinearPopulation } from "../gaussian-linear-law.ts";
import { optimumOfLaw } from "../optimum-of-law.ts";
import { landscape } from "./landscape.ts";

const d = 3;

function law(change: object = {}): PromptLaw {
  return parsePromptLaw({
    contextLength: 10,
    dimension: d,
    covariates: { law: "gaussian", covariance: [2, 1, 0.5] },
    target: { law: "linear", tasks: { law: "gaussian", covariance: 1 } },
    noise: { law: "gaussian", variance: 0.25 },
    ...change,
  });
}

function optimumOf(one: PromptLaw): LsaParameters<Matrix> {
  return liftToLsa(optimumOfLaw(one).preconditioner.value);
}

/** A layer moved by noise of a share of its entries' own size, everywhere that is alive. */
function disturbed({ keyQuery, valueProjection }: LsaParameters<Matrix>, share: number): LsaParameters<Matrix> {
  const stream = openStream(childKey(randomKey(0), "disturb"));
  const moved = (part: Matrix, size: number): Matrix => ({
    ...part,
    values: part.values.map((entry) => entry + share * size * stream.normal()),
  });
  return { keyQuery: moved(keyQuery, 0.03), valueProjection: moved(valueProjection, 1) };
}

describe("one layer on a Gaussian linear law", () => {
  it("at the optimum is at a global minimum, flat along its gauge and nowhere else", async () => {
    const found = await landscape(lsaHeads([optimumOf(law())]), law());
    const { verdict, inertia, gaugeDirections, distance, excessLoss, moved } = found;
    // (c·u, M/c), and the dead last column of M
    expect([verdict, gaugeDirections]).toEqual(["global-minimum", 1 + (d + 1)]);
    expect(inertia).toEqual({ negative: 0, zero: 1 + (d + 1), positive: (d + 1) * (d + 2) - (d + 2) });
    for (const small of [distance, excessLoss, moved!]) expectClose(small, 0, 1e-12);
  });

  it("does not mind its gauge", async () => {
    const { keyQuery, valueProjection } = optimumOf(law());
    const dressed = keyQuery.values.map((entry, at) => (at % (d + 1) === d ? 7 + at : entry / -30));
    const other = { keyQuery: matrix(d + 1, d + 1, dressed), valueProjection: scale(valueProjection, -30) };
    const found = await landscape(lsaHeads([other]), law());
    expect(found.verdict).toBe("global-minimum");
    for (const small of [found.distance, found.moved!]) expectClose(small, 0, 1e-12);
  });

  it("beside the optimum is told how far, and which way back", async () => {
    const found = await landscape(lsaHeads([disturbed(optimumOf(law()), 0.01)]), law());
    expect(found.verdict).toBe("global-minimum");
    expect(found.moved).toBeGreaterThan(0.001);
    expect(found.moved).toBeLessThan(0.05);
    expect(found.inertia.zero).toBe(found.gaugeDirections);
  });

  it("at zero is at a saddle: steps on the responses, and covariates that stand for them, lead down", async () => {
    const silent = { keyQuery: matrix(d + 1, d + 1), valueProjection: matrix(d + 1, 1) };
    const found = await landscape(lsaHeads([silent]), law());
    expect(found).toMatchObject({ verdict: "saddle", index: 1 + d, slope: 0, moved: 0 });
    expectClose(found.loss, 2 + 1 + 0.5 + 0.25, 1e-12);
  });

  it("far from any is not stationary", async () => {
    const found = await landscape(lsaHeads([disturbed(optimumOf(law()), 0.6)]), law());
    expect(found.verdict).toBe("not-stationary");
    expect(found.slope).toBeGreaterThan(0.1);
  });

  // Γ = m_yx u_xᵀ of rank one, without responses in the value: f = ⟨m, x_q⟩ uᵀXᵀy
  const byCovariates = (one: PromptLaw, direction: number): LinearTransformer => {
    const { values } = optimumOfLaw(one).preconditioner.value;
    const [keyQuery, valueProjection] = [matrix(d + 1, d + 1), matrix(d + 1, 1)];
    keyQuery.values[d * (d + 1) + direction] = values[direction * (d + 1)];
    valueProjection.values[direction] = 1;
    return lsaHeads([{ keyQuery, valueProjection }]);
  };

  it("that attends by a covariate that dominates is at a spurious minimum, of the loss of one direction", async () => {
    const dominated = law({ covariates: { law: "gaussian", covariance: [4, 0.3, 0.1] } });
    const found = await landscape(byCovariates(dominated, 0), dominated);
    expect(found).toMatchObject({ verdict: "spurious-minimum", index: null });
    expect(found.inertia.zero).toBe(found.gaugeDirections);
    expectClose(found.loss, plateauLosses(gaussianLinearPopulation(dominated)!).value[1], 1e-12);
    expect(found.distance).toBeGreaterThan(0.1);
  });

  it("that attends by one of several covariates is at a saddle, and by a lesser one at a higher one", async () => {
    const [best, lesser] = [
      await landscape(byCovariates(law(), 0), law()),
      await landscape(byCovariates(law(), 1), law()),
    ];
    expect([best.verdict, lesser.verdict]).toEqual(["saddle", "saddle"]);
    expect(lesser.index).toBeGreaterThan(best.index!);
    expectClose(lesser.moved!, 0, 1e-12);
  });

  it("of two heads may share the optimum between them", async () => {
    const { keyQuery, valueProjection } = optimumOf(law());
    const share = (part: number): LsaParameters<Matrix> => ({ keyQuery: scale(keyQuery, part), valueProjection });
    const found = await landscape(lsaHeads([share(0.3), share(0.7)]), law());
    expect(found.verdict).toBe("global-minimum");
    expectClose(found.distance, 0, 1e-12);
    expect(found.inertia.zero).toBeGreaterThanOrEqual(found.gaugeDirections);
  });

  it("where tasks have a mean is held against the best head that a search finds", async () => {
    const meant = law({ target: { law: "linear", tasks: { law: "gaussian", covariance: 1, mean: [1, 0, 0] } } });
    const { parameters } = singleHeadOptimum(gaussianLinearPopulation(meant)!).value;
    const found = await landscape(lsaHeads([parameters]), meant);
    expect(found).toMatchObject({ verdict: "global-minimum", attains: "best-known" });
  });
});

describe("one layer on another law", () => {
  const signs = law({ target: { law: "single-index", link: "sign" }, covariates: { law: "gaussian", covariance: 1 } });

  it("is judged among steps", async () => {
    const found = await landscape(lsaHeads([optimumOf(signs)]), signs);
    expect(found).toMatchObject({ verdict: "global-minimum", among: "steps", gaugeDirections: 1 });
    expect(found.inertia).toEqual({ negative: 0, zero: 1, positive: d * d });
    const silent = { keyQuery: matrix(d + 1, d + 1), valueProjection: matrix(d + 1, 1) };
    expect(await landscape(lsaHeads([silent]), signs)).toMatchObject({ verdict: "saddle", index: 1 });
  });

  it("is refused where it attends by covariates, whose moments are not known", async () => {
    await expect(landscape(lsaHeads([disturbed(optimumOf(signs), 0.3)]), signs)).rejects.toThrow(AssumptionError);
  });
});

describe("layers a_l Σ⁻¹", () => {
  const isotropic = law({ covariates: { law: "gaussian", covariance: 1 } });
  const setting = { contextLength: 10, dimension: d, noiseVariance: 0.25 };
  const steps = (stepSizes: readonly number[]): LinearTransformer =>
    construct.gradientDescent({ dimension: d, stepSizes });

  it("are at a global minimum in any order, and in any scale between P and Q", async () => {
    const [first, second] = optimalDepth(setting, 2).value.stepSizes;
    const { layers } = steps([second, first]);
    const scaled = layers.map((heads) =>
      heads.map(({ valueProjection, keyQuery }) => ({
        valueProjection: scale(valueProjection, -5),
        keyQuery: scale(keyQuery, -0.2),
      })),
    );
    const found = await landscape({ layers: scaled, dividesByLength: true }, isotropic);
    expect(found).toMatchObject({ verdict: "global-minimum", among: "scalar-layers", gaugeDirections: 0 });
    expectClose(found.distance, 0, 1e-10);
  });

  it("of one step size are at a saddle between the two orders", async () => {
    const { stepSizes } = tiedDepth(setting, 2).value;
    expect(await landscape(steps(stepSizes), isotropic)).toMatchObject({ verdict: "saddle", index: 1 });
  });

  it("are the only deep ones whose loss is known", async () => {
    const family = fullTransformer({ dimension: d, layers: 2 });
    const full = family.transformer(family.unpack(new Float64Array(family.size).fill(0.1)));
    await expect(landscape(full, isotropic)).rejects.toThrow("layers that are steps");
    await expect(landscape(steps([0.5, 1]), law())).rejects.toThrow(AssumptionError);
  });
});

it("refuses a model of another dimension", async () => {
  const small = liftToLsa(diagonal([0.1, 0.1]));
  await expect(landscape(lsaHeads([small]), law())).rejects.toThrow(ShapeError);
});
