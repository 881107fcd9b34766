import { covariance, diagonal, inverseCovariance, isotropic, matrix, NumericalError, solve } from "@onestep/core";
import { anyContextLength, anyDimension, anyNoiseVariance, expectClose } from "@onestep/testkit";
import { assert, integer, property, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { optimalStepLoss, optimalStepSize } from "../optimum/step-size.ts";
import { bayesRisk } from "../risk/bayes.ts";
import { gradientDescentRisk } from "../risk/gradient-descent.ts";
import { coalescenceThreshold } from "./coalescence.ts";
import { optimalDepth } from "./optimal-depth.ts";
import { distinctMinima } from "./search-report.ts";
import { tiedDepth } from "./tied-depth.ts";

const anySizes = tuple(anyContextLength(), anyDimension(), anyNoiseVariance()).map(
  ([contextLength, dimension, noiseVariance]) => ({ contextLength, dimension, noiseVariance }),
);

/** Loss of the best polynomial of degree L by the Hankel system of exact trace moments: σ² + ω²d − ω² Σ c_i M_{i+1}. */
function hankelLoss(n: number, d: number, noiseVariance: number, layers: number): number {
  const M = wishartTraceMoments({ contextLength: n, dimension: d, order: 2 * layers }).value.map(
    (moment, k) => Number(moment) / n ** k,
  );
  const system = matrix(
    layers,
    layers,
    Array.from({ length: layers * layers }, (_, at) => {
      const k = Math.floor(at / layers) + (at % layers);
      return M[k + 2] + (noiseVariance / n) * M[k + 1];
    }),
  );
  const c = solve(system, matrix(layers, 1, M.slice(1, layers + 1))).values;
  return noiseVariance + d - c.reduce((sum, value, i) => sum + value * M[i + 1], 0);
}

describe("optimalDepth", () => {
  test("one layer is Theorem 1", () => {
    assert(
      property(anySizes, (setting) => {
        const { stepSizes, loss } = optimalDepth(setting, 1).value;
        expectClose(stepSizes[0] / setting.contextLength, optimalStepSize(setting).value, 1e-13);
        expectClose(loss, optimalStepLoss(setting).value, 1e-12 * (1 + loss));
      }),
    );
  });

  test("the best polynomial is that of the Hankel system, and real steps attain it or stay above", () => {
    assert(
      property(anySizes, integer({ min: 2, max: 4 }), (setting, layers) => {
        const { loss, bestPolynomialLoss } = optimalDepth(setting, layers).value;
        // Monomial moments lose the digits of the Hankel matrix's condition; they are the witness, not the method.
        expectClose(
          bestPolynomialLoss,
          hankelLoss(setting.contextLength, setting.dimension, setting.noiseVariance, layers),
          1e-5 * (1 + bestPolynomialLoss),
        );
        expect(loss).toBeGreaterThanOrEqual(bestPolynomialLoss);
        if (setting.noiseVariance === 0) expect(loss).toBe(bestPolynomialLoss);
      }),
      { numRuns: 40 },
    );
  });

  test("its loss is the exact risk of gradient descent with those steps, and no change of a step lowers it", () => {
    assert(
      property(anySizes, integer({ min: 1, max: 5 }), (setting, layers) => {
        const { stepSizes, loss } = optimalDepth(setting, layers).value;
        expectClose(gradientDescentRisk(setting, { rates: stepSizes }).value, loss, 1e-11 * (1 + loss));
        stepSizes.forEach((_, l) => {
          for (const factor of [0.99, 1.01]) {
            const changed = stepSizes.map((a, at) => (at === l ? a * factor : a));
            expect(gradientDescentRisk(setting, { rates: changed }).value).toBeGreaterThan(loss * (1 - 1e-12));
          }
        });
      }),
      { numRuns: 25 },
    );
  });

  test("depth only helps, never beyond Bayes, and approaches it", () => {
    const setting = { contextLength: 20, dimension: 5, noiseVariance: 0.25 };
    const bayes = bayesRisk(setting).value;
    let above = Infinity;
    for (const layers of [1, 2, 3, 4, 6, 9, 14]) {
      const { loss } = optimalDepth(setting, layers).value;
      expect(loss).toBeLessThan(above);
      expect(loss).toBeGreaterThan(bayes);
      above = loss;
    }
    // Fourteen layers leave a thousandth of a Bayes risk of a third.
    expectClose(above, bayes, 1e-3);
  });

  test("a layer more never hurts, also where steps have coalesced", () => {
    for (const [contextLength, dimension, noiseVariance] of [
      [20, 5, 3],
      [40, 10, 1],
      [100, 10, 5],
    ] as const) {
      let above = Infinity;
      for (let layers = 1; layers <= 9; layers++) {
        const { loss } = optimalDepth({ contextLength, dimension, noiseVariance }, layers).value;
        expect(loss).toBeLessThanOrEqual(above * (1 + 1e-14));
        above = loss;
      }
    }
  });

  test("the table of losses for Ω = I", () => {
    const table: [number, number, number, number[]][] = [
      [20, 5, 0, [1.153846, 0.36124, 0.133608, 0.054953]],
      [10, 5, 0.5, [2.469697, 1.654517, 1.331546, 1.178106]],
      [40, 10, 1, [3.307692, 1.842594, 1.479487, 1.377199]],
      [8, 8, 0, [4.235294, 3.004745, 2.395007, 2.023419]],
      [5, 10, 0.1, [6.99441, 6.109192, 5.732709, 5.5394]],
    ];
    for (const [contextLength, dimension, noiseVariance, losses] of table) {
      losses.forEach((loss, l) =>
        expectClose(optimalDepth({ contextLength, dimension, noiseVariance }, l + 1).value.loss, loss, 6e-7),
      );
    }
  });

  test("coalesced steps are as good as the best that hundreds of random starts found", () => {
    /** n, d, σ², L, and the loss. */
    const table: [number, number, number, number, number][] = [
      [100, 10, 3.5, 5, 3.88308246551],
      [100, 10, 5, 3, 5.54334065943],
      [100, 10, 5, 4, 5.5417711925],
      [100, 10, 5, 5, 5.53950611143],
      [100, 10, 5, 6, 5.53518890721],
      [100, 10, 7, 5, 7.74089127728],
      [40, 10, 4, 4, 5.21997013254],
      [40, 10, 2, 5, 2.65133739971],
      [20, 5, 1, 6, 1.33584467271],
      [8, 8, 9, 5, 14.2432747272],
      [5, 10, 30, 4, 38.88849229],
      [200, 5, 2, 8, 2.05103615682],
    ];
    for (const [contextLength, dimension, noiseVariance, layers, loss] of table)
      expectClose(optimalDepth({ contextLength, dimension, noiseVariance }, layers).value.loss / loss, 1, 1e-11);
  });

  test("two coalesced layers sit at a root of the quartic's derivative", () => {
    const [n, d, noiseVariance] = [20, 5, 8];
    const M = wishartTraceMoments({ contextLength: n, dimension: d, order: 4 }).value.map(
      (moment, k) => Number(moment) / n ** k,
    );
    const s = noiseVariance / n;
    const a = optimalDepth({ contextLength: n, dimension: d, noiseVariance }, 2).value.stepSizes[0];
    const derivative =
      4 * (M[4] + s * M[3]) * a ** 3 - 12 * (M[3] + s * M[2]) * a ** 2 + 2 * (6 * M[2] + 4 * s * M[1]) * a - 4 * M[1];
    expectClose(derivative, 0, 1e-6 * M[1]);
  });

  test("under loud noise all steps are equal and add up to one step, however far the loss is from feeling them", () => {
    for (const noiseVariance of [1e4, 1e6, 1e10, 1e14]) {
      const setting = { contextLength: 8, dimension: 3, noiseVariance };
      for (const layers of [2, 3, 4]) {
        const { stepSizes } = optimalDepth(setting, layers).value;
        expect(new Set(stepSizes).size).toBe(1);
        // η of one layer is exact to order 1/σ⁴; the L steps interact at relative order (n + d + 1)/σ².
        const total = (stepSizes[0] * layers) / (8 * optimalStepSize(setting).value);
        expectClose(total, 1, 12 / noiseVariance + 1e-12);
        expectClose(tiedDepth(setting, layers).value.stepSizes[0] / stepSizes[0], 1, 1e-9);
      }
    }
  });

  test("what overflows is refused, not returned as NaN", () => {
    const setting = { contextLength: 8, dimension: 3, noiseVariance: 1e300, taskVariance: 1e-300 };
    expect(() => optimalDepth(setting, 2)).toThrowError(NumericalError);
    expect(() => tiedDepth(setting, 2)).toThrowError(/σ²\/\(nω²\)/);
    expect(() => optimalDepth({ ...setting, noiseVariance: 1e308, taskVariance: 1e308 }, 1)).toThrowError(/loss/);
    expect(() => coalescenceThreshold({ contextLength: 8, dimension: 3, taskVariance: 1e308 }, 2)).toThrowError(
      NumericalError,
    );
  });

  test("Ω = ω²Σ⁻¹ is the isotropic law; no signal needs no steps; other laws are refused with a way out", () => {
    const covariates = covariance(diagonal([4, 1, 0.25]));
    const setting = { contextLength: 9, covariates, tasks: inverseCovariance(covariates), noiseVariance: 0.2 };
    const isotropicLoss = optimalDepth({ contextLength: 9, dimension: 3, noiseVariance: 0.2 }, 3).value.loss;
    expectClose(optimalDepth(setting, 3).value.loss, isotropicLoss, 1e-12);
    expect(optimalDepth({ contextLength: 9, dimension: 3, noiseVariance: 0.2, taskVariance: 0 }, 2).value).toEqual({
      stepSizes: [0, 0],
      loss: 0.2,
      bestPolynomialLoss: 0.2,
    });
    expect(() => optimalDepth({ ...setting, tasks: isotropic(3) }, 2)).toThrowError(/Ω = ω²Σ⁻¹/);
    expect(() => optimalDepth(setting, 0)).toThrowError(/number of layers/);
    for (const search of [optimalDepth, tiedDepth, coalescenceThreshold]) {
      expect(() => search({ contextLength: 8, dimension: 3, noiseVariance: 0 }, 65)).toThrowError(/at most 64 layers/);
    }
  });
});

describe("tiedDepth", () => {
  test("lies between the best free steps and gradient descent at any one rate", () => {
    assert(
      property(anySizes, integer({ min: 1, max: 5 }), (setting, layers) => {
        const tied = tiedDepth(setting, layers).value;
        expect(tied.loss).toBeGreaterThanOrEqual(optimalDepth(setting, layers).value.loss * (1 - 1e-12));
        expectClose(
          gradientDescentRisk(setting, { steps: layers, rate: tied.stepSizes[0] }).value,
          tied.loss,
          1e-11 * (1 + tied.loss),
        );
        for (const rate of [0.05, 0.2, 0.4, 0.8])
          expect(gradientDescentRisk(setting, { steps: layers, rate }).value).toBeGreaterThanOrEqual(
            tied.loss * (1 - 1e-12),
          );
      }),
      { numRuns: 25 },
    );
  });
});

describe("the search of tiedDepth", () => {
  const setting = { contextLength: 20, dimension: 5, noiseVariance: 8 };

  test("is reported: where it started, how much it looked at, what it found", () => {
    const { loss, starts, evaluations, bestStart, localMinima } = tiedDepth(setting, 2).value;
    expect(starts).toBeGreaterThanOrEqual(1);
    expect(evaluations).toBeGreaterThan(401);
    expect(localMinima[0]).toBe(loss);
    expect(gradientDescentRisk(setting, { steps: 2, rate: bestStart! }).value).toBeGreaterThan(loss);
  });

  test("is not needed without signal", () => {
    expect(tiedDepth({ ...setting, taskVariance: 0 }, 2).value).toEqual({
      stepSizes: [0, 0],
      loss: 8,
      bestPolynomialLoss: 8,
      starts: 0,
      evaluations: 0,
      bestStart: null,
      localMinima: [8],
    });
  });
});

describe("a search is reported", () => {
  test("by its distinct minima, ten at most, where nine digits tell two apart", () => {
    expect(distinctMinima([1, 1 + 0.9e-9, 2, 2 + 3e-9])).toEqual([1, 2, 2 + 3e-9]);
    const many = Array.from({ length: 12 }, (_, k) => k);
    expect(distinctMinima(many)).toEqual(many.slice(0, 10));
    expect(distinctMinima([])).toEqual([]);
  });

  test("by every evaluation of the loss, those of the scan and those of the descents", () => {
    const { starts, evaluations, localMinima, bestStart, stepSizes, loss } = tiedDepth(
      { contextLength: 20, dimension: 5, noiseVariance: 0.25 },
      3,
    ).value;
    expect(evaluations).toBeGreaterThan(401 + 5 * starts);
    expect(evaluations).toBeLessThan(401 + 100 * starts);
    expect(localMinima.length).toBeLessThanOrEqual(starts);
    expect(localMinima[0]).toBe(loss);
    // A scan of four hundred steps over four decades begins next to the minimum.
    expectClose(bestStart! / stepSizes[0], 1, 0.013);
  });
});
