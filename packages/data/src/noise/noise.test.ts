import { AssumptionError, childKey, DomainError, openStream, randomKey, ShapeError, toRows } from "@onestep/core";
import { describe, expect, it } from "vitest";
import { gaussianCovariates } from "../covariates/gaussian.ts";
import { studentCovariates } from "../covariates/student.ts";
import type { NoiseLaw } from "../define/define-noise.ts";
import { heteroscedasticNoise } from "./heteroscedastic.ts";
import { mixtureNoise } from "./mixture.ts";
import { studentNoise } from "./student.ts";
import { uniformScaleNoise } from "./uniform-scale.ts";

const covariates = gaussianCovariates({ covariance: [2, 0.5] });
const keys = Array.from({ length: 40 }, (_, i) => childKey(randomKey(2), "prompt", i));

describe("noise that does not look at the covariates", () => {
  it.each<[string, NoiseLaw, number]>([
    ["student", studentNoise({ degreesOfFreedom: 2.5, variance: 3 }), 3],
    ["mixture", mixtureNoise({ weights: [0.75, 0.25], variances: [1, 4] }), 1.75],
    ["uniform-scale", uniformScaleNoise({ max: 3 }), 3],
  ])("%s declares its variance, and E[ε² xxᵀ] = σ²Σ", (_, law, variance) => {
    expect(law.variance).toBe(variance);
    expect(law.moments(covariates)).toEqual({
      variance,
      energy: { rows: 2, columns: 2, values: Float64Array.of(2 * variance, 0, 0, 0.5 * variance) },
    });
    expect(law.declares).toEqual({ signSymmetric: true, homoscedastic: true, invariance: "rotations" });
  });
});

describe("studentNoise", () => {
  it("has fewer moments than degrees of freedom, and is not Gaussian within a prompt", () => {
    const law = studentNoise({ degreesOfFreedom: 3, variance: 1 });
    expect(law.finiteMoments).toBe(3);
    expect(law.drawDeviation).toBeUndefined();
  });

  it("refuses degrees of freedom without a variance", () => {
    expect(() => studentNoise({ degreesOfFreedom: 2, variance: 1 })).toThrow(DomainError);
    expect(() => studentNoise({ degreesOfFreedom: 2, variance: 1 })).toThrow(/with ν ≤ 2 the variance is infinite/);
  });
});

describe("noise with one level a prompt", () => {
  it("mixture: takes each listed deviation, and one of weight 0 never", () => {
    const { drawDeviation } = mixtureNoise({ weights: [0.5, 0, 0.5], variances: [4, 100, 0] });
    expect(new Set(keys.map((key) => drawDeviation!(openStream(key))))).toEqual(new Set([0, 2]));
  });

  it("uniform-scale: deviations fill [0, max]", () => {
    const { drawDeviation } = uniformScaleNoise({ max: 5 });
    const deviations = keys.map((key) => drawDeviation!(openStream(key)));
    expect(Math.max(...deviations)).toBeGreaterThan(4);
    expect(Math.max(...deviations)).toBeLessThan(5);
    expect(Math.min(...deviations)).toBeLessThan(1);
  });

  it("mixture: refuses lists that do not belong together", () => {
    expect(() => mixtureNoise({ weights: [0.5, 0.5], variances: [1] })).toThrow(ShapeError);
    expect(() => mixtureNoise({ weights: [0.5, 0.4], variances: [1, 2] })).toThrow(/add up to 1; got a sum of 0.9/);
    expect(() => mixtureNoise({ weights: [0.5, 0.5], variances: [1, -2] })).toThrow(
      "mixture noise.variances[1]: expected a number ≥ 0; got -2",
    );
  });
});

describe("heteroscedasticNoise", () => {
  const law = heteroscedasticNoise({ variance: 0.5, slope: 2 });

  it("has the moments of Isserlis' theorem: v(1 + κ trΣ/d) and v(Σ + κ/d (2Σ² + tr(Σ)Σ))", () => {
    const { variance, energy } = law.moments(covariates);
    expect(variance).toBe(0.5 * (1 + 2.5));
    expect(toRows(energy)).toEqual([
      [0.5 * (2 + (8 + 5)), 0],
      [0, 0.5 * (0.5 + (0.5 + 1.25))],
    ]);
    expect(law.declares).toEqual({ signSymmetric: true, homoscedastic: false, invariance: "rotations" });
  });

  it("scales the same normals with the covariate that it is asked for", () => {
    const points = Float64Array.of(9, 9, 0, 0, 3, -1);
    const [atZero, atPoint] = [2, 4].map((offset) => {
      const stream = openStream(randomKey(1));
      return law.drawLevel(stream, 2)(stream, points, offset);
    });
    expect(atZero).toBe(Math.sqrt(0.5) * openStream(randomKey(1)).normal());
    expect(atPoint).toBe(Math.sqrt(0.5 * 11) * openStream(randomKey(1)).normal());
  });

  it("has no moments over covariates without a fourth, and says why", () => {
    const heavy = studentCovariates({ dimension: 2, degreesOfFreedom: 3 });
    expect(() => law.moments(heavy)).toThrow(AssumptionError);
    expect(() => law.moments(heavy)).toThrow(/E‖x‖⁴ is infinite for ν = 3/);
  });
});
