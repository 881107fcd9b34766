import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { marchenkoPasturRisk } from "./asymptotic.ts";
import { bayesRisk } from "./bayes.ts";
import { leastSquaresRisk } from "./least-squares.ts";
import { ridgeRisk } from "./ridge.ts";

describe("a ridge penalty close to 0 where n is close to d", () => {
  // E s/(s + λ)² for s ~ χ²₁ and χ²₂, by quadrature in 40 digits; the variance of ridge regression with d = 1.
  test.each([
    [1, -20, 640.6977556248082],
    [1, -80, 6.890167336162194e11],
    [2, -40, 13.420909369041],
    [2, -300, 103.530042841821],
    [2, -960, 332.26861242660294],
  ])("n = %i, d = 1, λ = 2^%i", (contextLength, exponent, variance) => {
    const setting = { contextLength, dimension: 1, noiseVariance: 1, taskVariance: 0 };
    expectClose(ridgeRisk(setting, 2 ** exponent).value, 1 + variance, 1e-11 * variance);
  });

  test("a penalty that the spectrum does not resolve is refused, unless the risk stays bounded", () => {
    const noisy = { contextLength: 5, dimension: 5, noiseVariance: 1 };
    expect(() => ridgeRisk(noisy, 1e-300)).toThrowError(/at least 2\^-960/);
    expect(() => ridgeRisk({ ...noisy, contextLength: 6 }, 1e-300)).toThrowError(/at least 2\^-960/);
    for (const contextLength of [3, 7, 8]) {
      const bounded = { ...noisy, contextLength };
      const limit = leastSquaresRisk(bounded).value;
      expectClose(ridgeRisk(bounded, 1e-300).value / limit, 1, 1e-12);
    }
    expectClose(ridgeRisk({ ...noisy, noiseVariance: 0 }, 1e-300).value, 0, 1e-13);
    expect(ridgeRisk(noisy, 0).value).toBe(Infinity);
  });
});

describe("extreme ratios of noise to signal", () => {
  test("faint noise where n is within 1 of d: the Bayes risk per noise variance grows by N/2 for each e-fold", () => {
    // The density of eigenvalues of a Wishart matrix with |n − d| = 1 is N/2 at 0, N = min(n, d).
    for (const [contextLength, dimension] of [
      [2, 1],
      [4, 3],
      [50, 49],
    ]) {
      const ratio = (noiseVariance: number): number =>
        bayesRisk({ contextLength, dimension, noiseVariance, taskVariance: 2 }).value / noiseVariance;
      expectClose(ratio(1e-200) - ratio(1e-40), (dimension / 2) * 160 * Math.LN10, 1e-8 * dimension);
    }
    for (const [contextLength, dimension] of [
      [2, 3],
      [49, 50],
    ]) {
      const oneUnseen = { contextLength, dimension, noiseVariance: 1e-40, taskVariance: 2 };
      expectClose(bayesRisk(oneUnseen).value, 2, 1e-14);
    }
    // σ²(1 + ½ e^{λ/2} E₁(λ/2)), λ = σ²/2, for s ~ χ²₂
    expectClose(
      bayesRisk({ contextLength: 2, dimension: 1, noiseVariance: 1e-40, taskVariance: 2 }).value * 1e40,
      47.4562412079901,
      1e-11,
    );
  });

  test("the Bayes risk and its limit keep σ² and ω²d apart when their ratio overflows", () => {
    const faint = { contextLength: 5, dimension: 3, noiseVariance: 1e200, taskVariance: 1e-200 };
    expect(bayesRisk(faint).value).toBe(1e200);
    expect(marchenkoPasturRisk(faint).value).toBe(1e200);
    const tiny = { contextLength: 5, dimension: 3, noiseVariance: 1e-200, taskVariance: 1e-200 };
    const unit = { ...tiny, noiseVariance: 1, taskVariance: 1 };
    expectClose(bayesRisk(tiny).value * 1e200, bayesRisk(unit).value, 1e-12);
  });
});
