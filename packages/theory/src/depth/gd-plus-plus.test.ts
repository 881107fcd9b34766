import { NumericalError } from "@onestep/core";
import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { bayesRisk } from "../risk/bayes.ts";
import { gradientDescentRisk } from "../risk/gradient-descent.ts";
import { wishartSpectrum } from "../spectrum/wishart-spectrum.ts";
import { degreeOf, gdPlusPlusRisk, type GdPlusPlusParameters } from "./gd-plus-plus.ts";
import { optimalDepth } from "./optimal-depth.ts";
import { optimalGdPlusPlus } from "./optimal-gd-plus-plus.ts";
import { tiedGdPlusPlus } from "./tied-gd-plus-plus.ts";

/**
 * The noise-free loss Σ_k c_k E tr S^k / n^k of a GD++ model in exact rational arithmetic: its parameters rounded to
 * eight decimals are integers over 10⁸, and so is every coefficient of q² over a power of it.
 */
function exactNoiseFreeLoss(n: number, d: number, a: readonly number[], products: readonly number[]): number {
  const unit = 100_000_000n;
  const integer = (value: number): bigint => BigInt(Math.round(value * 1e8));
  interface Polynomial {
    c: bigint[];
    power: number;
  }
  const times = (f: Polynomial, g: Polynomial): Polynomial => {
    const c = Array.from({ length: f.c.length + g.c.length - 1 }, () => 0n);
    f.c.forEach((x, i) => g.c.forEach((y, j) => (c[i + j] = c[i + j] + x * y)));
    return { c, power: f.power + g.power };
  };
  const oneMinus = (factor: bigint, s: Polynomial): Polynomial => {
    const c = s.c.map((value) => -factor * value);
    c[0] = c[0] + unit ** BigInt(s.power + 1);
    return { c, power: s.power + 1 };
  };
  let [q, r]: [Polynomial, Polynomial] = [
    { c: [1n], power: 0 },
    { c: [1n], power: 0 },
  ];
  a.forEach((step, l) => {
    const square = times(r, r);
    const s = { c: [0n, ...square.c], power: square.power };
    q = times(q, oneMinus(integer(step), s));
    r = times(r, oneMinus(integer(products[l] ?? 0), s));
  });
  const square = times(q, q);
  const degree = square.c.length - 1;
  const moments = wishartTraceMoments({ contextLength: n, dimension: d, order: degree }).value;
  const numerator = square.c.reduce((sum, c, k) => sum + c * moments[k] * BigInt(n) ** BigInt(degree - k), 0n);
  const denominator = unit ** BigInt(square.power) * BigInt(n) ** BigInt(degree);
  return Number((numerator * 10n ** 25n) / denominator) / 1e25;
}

describe("gdPlusPlusRisk", () => {
  test("with every b = 0 it is gradient descent", () => {
    const setting = { contextLength: 12, dimension: 5, noiseVariance: 0.3, taskVariance: 2 };
    const a = [0.3, 0.9, 1.4];
    expectClose(
      gdPlusPlusRisk(setting, { a, b: [0, 0] }).value,
      gradientDescentRisk(setting, { rates: a }).value,
      1e-12,
    );
  });

  test("agrees with exact rational arithmetic, where the average of degree 26 is dominated by the tail", () => {
    const parameters = { a: [0.3383, 2.0908, 8.5681], products: [0.2969, 1.2088] };
    const exact = exactNoiseFreeLoss(20, 5, parameters.a, parameters.products);
    const b = parameters.products.map((product, l) => product / parameters.a[l]);
    expectClose(
      gdPlusPlusRisk({ contextLength: 20, dimension: 5, noiseVariance: 0 }, { a: parameters.a, b }).value,
      exact,
      1e-12,
    );
  });

  test("without signal only the noise that the steps let in remains", () => {
    const noise = { contextLength: 9, dimension: 3, noiseVariance: 0.5, taskVariance: 0 };
    expectClose(
      gdPlusPlusRisk(noise, { a: [0.4, 0.8], b: [0] }).value,
      gradientDescentRisk(noise, { rates: [0.4, 0.8] }).value,
      1e-13,
    );
    const idle = { loss: 0.5, starts: 0, evaluations: 0, bestStart: null, localMinima: [0.5] };
    expect(optimalGdPlusPlus(noise, 2).value).toEqual({ ...idle, a: [0, 0], b: [0] });
    expect(tiedGdPlusPlus(noise, 3).value).toEqual({ ...idle, a: [0, 0, 0], b: [0, 0] });
  });

  test("refuses a wrong number of b, and fewer or more layers than polynomials can carry", () => {
    const setting = { contextLength: 12, dimension: 5, noiseVariance: 0.3 };
    const [some, none] = [[1, 1], []] as number[][];
    expect(() => gdPlusPlusRisk(setting, { a: some, b: none })).toThrowError(/1 values of b for 2 layers.*got 0/);
    expect(() => gdPlusPlusRisk(setting, { a: some, b: some })).toThrowError(/1 values of b for 2 layers.*got 2/);
    expect(() => gdPlusPlusRisk(setting, { a: none, b: none })).toThrowError(/number of layers, at least 1/);
    expect(() => gdPlusPlusRisk(setting, { a: [1, Infinity], b: [1] })).toThrowError(/a finite parameter/);
    expect(() => gdPlusPlusRisk(setting, { a: [1, 1], b: [NaN] })).toThrowError(/a finite parameter/);
    for (const search of [optimalGdPlusPlus, tiedGdPlusPlus]) {
      expect(() => search(setting, 6)).toThrowError(/at most 5 layers/);
      expect(() => search(setting, 0)).toThrowError(/number of layers, at least 1/);
    }
  });

  test("untyped callers learn which list is missing", () => {
    const setting = { contextLength: 12, dimension: 5, noiseVariance: 0.3 };
    const call = (parameters: unknown): void => void gdPlusPlusRisk(setting, parameters as GdPlusPlusParameters);
    expect(() => call({ a: [1] })).toThrowError(/one without b/);
    expect(() => call({ a: 1, b: [] })).toThrowError(/a list of step sizes a/);
    expect(() => call({ a: [1], b: 0 })).toThrowError(/a list of ratios b/);
  });

  test("its residual of L layers has the degree 1 + 3 + … + 3^{L−1}", () => {
    expect([1, 2, 3, 4, 5].map(degreeOf)).toEqual([1, 4, 13, 40, 121]);
  });
});

describe("optimalGdPlusPlus", () => {
  /** n, d, σ², and the losses of two and three layers as a wide search from tens of thousands of starts left them. */
  const table: [number, number, number, number, number][] = [
    [20, 5, 0, 0.057501153, 0.00096131067],
    [20, 5, 0.25, 0.387971503, 0.337721362],
    [20, 5, 1, 1.360897089, 1.324552295],
    [10, 5, 0, 0.384120696, 0.0392593213],
    [10, 5, 0.5, 1.182074187, 0.98875287],
    [40, 10, 0.1, 0.214975718, 0.134731782],
    [40, 10, 1, 1.396694376, 1.3295212],
    [8, 8, 0, 2.054954213, 1.03556671],
    [5, 10, 0.1, 5.547798554, 5.243302565],
  ];

  test.each(table)(
    "n = %d, d = %d, σ² = %d: two and three layers are as good as the best known",
    (contextLength, dimension, noiseVariance, two, three) => {
      const setting = { contextLength, dimension, noiseVariance };
      const found = [2, 3].map((layers) => optimalGdPlusPlus(setting, layers).value);
      expect(found[0].loss).toBeLessThanOrEqual(two);
      expect(found[1].loss).toBeLessThanOrEqual(three);
      for (const { a, b, loss } of found) {
        expectClose(gdPlusPlusRisk(setting, { a, b }).value, loss, 1e-11 * (1 + loss));
        expect(loss).toBeGreaterThan(bayesRisk(setting).value);
      }
      expect(found[1].localMinima.length).toBeGreaterThan(1);
    },
  );

  test.each([20, 10])("the noise-free minimum of three layers at n = %d is confirmed by exact arithmetic", (n) => {
    const { a, b, loss } = optimalGdPlusPlus({ contextLength: n, dimension: 5, noiseVariance: 0 }, 3).value;
    // Rounding the parameters to 1e-8 at a minimum moves the loss by its square times the curvature.
    expectClose(
      exactNoiseFreeLoss(
        n,
        5,
        a,
        b.map((value, l) => value * a[l]),
      ),
      loss,
      1e-11,
    );
  });

  test.each([
    [20, 0.00068, [0.3775, 2.4005, 9.5914], [0.3416, 1.3581]],
    [10, 0.0307, [0.5912, 2.0146, 15.1134], [0.2064, 1.9352]],
  ])("at n = %d a loss of %d is one without the upper tail of the spectrum", (n, reported, a, products) => {
    const { eigenvalues, weights } = wishartSpectrum({ contextLength: n, dimension: 5 }, 28);
    const below65 = eigenvalues.reduce((sum, x, j) => {
      let [q, r] = [1, 1];
      a.forEach((step, l) => {
        const s = (x / n) * r * r;
        q *= 1 - step * s;
        r *= 1 - (products[l] ?? 0) * s;
      });
      return x > 65 ? sum : sum + weights[j] * q * q;
    }, 0);
    expect(below65).toBeLessThan(reported);
    expect(exactNoiseFreeLoss(n, 5, a, products)).toBeGreaterThan(40 * reported);
  });

  test("reports its search: the answer is where the best start leads, and the first of the minima", () => {
    const setting = { contextLength: 10, dimension: 5, noiseVariance: 0 };
    const { loss, starts, evaluations, bestStart, localMinima } = optimalGdPlusPlus(setting, 3).value;
    expect(starts).toBeGreaterThan(100);
    expect(evaluations).toBeGreaterThan(10 * starts);
    expect(gdPlusPlusRisk(setting, bestStart!).value).toBeGreaterThan(loss);
    expect(localMinima[0]).toBe(loss);
    expect(localMinima).toEqual([...localMinima].sort((one, other) => one - other));
    expect(optimalGdPlusPlus({ ...setting, taskVariance: 0 }, 2).value).toMatchObject({ starts: 0, bestStart: null });
  });

  test("what overflows is refused, not returned as infinity", () => {
    const setting = { contextLength: 8, dimension: 3, noiseVariance: 0.1 };
    expect(() => gdPlusPlusRisk(setting, { a: [1e200, 1], b: [1] })).toThrowError(NumericalError);
    const hopeless = { ...setting, noiseVariance: 1e300, taskVariance: 1e-300 };
    expect(() => optimalGdPlusPlus(hopeless, 2)).toThrowError(NumericalError);
  });

  test("one layer is the plain optimum; two do about as much as four plain ones", () => {
    const setting = { contextLength: 20, dimension: 5, noiseVariance: 0.25 };
    expectClose(optimalGdPlusPlus(setting, 1).value.loss, optimalDepth(setting, 1).value.loss, 1e-13);
    const two = optimalGdPlusPlus(setting, 2).value.loss;
    expect(two).toBeLessThan(optimalDepth(setting, 3).value.loss);
    expectClose(two, optimalDepth(setting, 4).value.loss, 0.005);
  });
});
