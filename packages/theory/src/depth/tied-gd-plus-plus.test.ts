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

  test("rests where there is no signal", () => {
    expect(tiedGdPlusPlus({ ...law, taskVariance: 0 }, 2).value).toMatchObject({ a: [0, 0], b: [0], loss: 0.25 });
  });
});
