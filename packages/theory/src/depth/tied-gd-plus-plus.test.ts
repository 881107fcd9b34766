import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { gdPlusPlusRisk } from "./gd-plus-plus.ts";
import { optimalDepth } from "./optimal-depth.ts";
import { optimalGdPlusPlus } from "./optimal-gd-plus-plus.ts";
import { tiedDepth } from "./tied-depth.ts";
import { tiedGdPlusPlus } from "./tied-gd-plus-plus.ts";

const law = { contextLength: 20, dimension: 5, noiseVariance: 0.25 };

describe("tiedGdPlusPlus", () => {
  test("is one tuned step for one layer", () => {
    const { a, b, loss } = tiedGdPlusPlus(law, 1).value;
    expectClose(loss, optimalDepth(law, 1).value.loss, 1e-12);
    expectClose(a[0], optimalDepth(law, 1).value.stepSizes[0], 1e-6);
    expect(b).toEqual([]);
  });

  test.each([2, 3])(
    "of %i layers is the loss of its own model, and no neighbour in a and b has a lower one",
    (layers) => {
      const { a, b, loss } = tiedGdPlusPlus(law, layers).value;
      const lossOf = (onA: number, onB: number): number =>
        gdPlusPlusRisk(law, { a: a.map((value) => value * onA), b: b.map((value) => value * onB) }).value;
      expectClose(loss, lossOf(1, 1), 1e-12);
      for (const [onA, onB] of [
        [1.01, 1],
        [0.99, 1],
        [1, 1.01],
        [1, 0.99],
        [1.01, 0.99],
        [0.99, 1.01],
      ]) {
        expect(lossOf(onA, onB)).toBeGreaterThan(loss);
      }
    },
  );

  test("lies between layers of their own and layers that leave the covariates alone", () => {
    const { loss } = tiedGdPlusPlus(law, 2).value;
    expect(loss).toBeGreaterThan(optimalGdPlusPlus(law, 2).value.loss);
    expect(loss).toBeLessThan(tiedDepth(law, 2).value.loss);
  });

  test("reports its search: from a grid in a and b, or in a alone for one layer", () => {
    for (const [layers, starts] of [
      [1, 5],
      [2, 25],
    ] as const) {
      const report = tiedGdPlusPlus(law, layers).value;
      expect(report.starts).toBe(starts);
      expect(report.evaluations).toBeGreaterThan(5 * starts);
      expect(report.localMinima[0]).toBe(report.loss);
      expect(report.localMinima).toEqual([...report.localMinima].sort((one, other) => one - other));
      expect(gdPlusPlusRisk(law, report.bestStart!).value).toBeGreaterThan(report.loss);
    }
  });

  test("is as good as the best that simplex searches from random starts found, noise or none", () => {
    /** n, d, σ², L, and the loss. */
    const table: [number, number, number, number, number][] = [
      [20, 5, 0, 3, 0.014168887053],
      [20, 5, 0.25, 2, 0.43699507986],
      [8, 8, 0.1, 2, 2.5455215253],
      [8, 8, 0.1, 3, 1.9234250033],
      [5, 10, 1, 3, 6.8655939014],
      [40, 10, 5, 2, 6.5201355267],
    ];
    for (const [contextLength, dimension, noiseVariance, layers, loss] of table)
      expectClose(tiedGdPlusPlus({ contextLength, dimension, noiseVariance }, layers).value.loss / loss, 1, 1e-10);
  });

  test("what overflows is refused", () => {
    const hopeless = { contextLength: 8, dimension: 3, noiseVariance: 1e300, taskVariance: 1e-300 };
    expect(() => tiedGdPlusPlus(hopeless, 2)).toThrowError(/ratio σ²/);
    const large = { ...hopeless, noiseVariance: 1e308, taskVariance: 1e308 };
    expect(() => tiedGdPlusPlus(large, 1)).toThrowError(/loss within the range/);
  });
});
