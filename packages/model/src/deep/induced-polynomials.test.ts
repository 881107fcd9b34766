import { AssumptionError, diagonal, matrix } from "@onestep/core";
import { describe, expect, it } from "vitest";
import * as construct from "./construct.ts";
import { inducedPolynomials } from "./induced-polynomials.ts";
import { sparseHead } from "./layer-heads.ts";

describe("inducedPolynomials", () => {
  it("of equal steps are binomial: q = (1 − u/2)³", () => {
    const { step, residual } = inducedPolynomials(
      construct.gradientDescent({ dimension: 2, stepSizes: [0.5, 0.5, 0.5] }),
    );
    expect(residual).toEqual([1, -1.5, 0.75, -0.125]);
    expect(step).toEqual([1.5, -0.75, 0.125]); // (1 − q)/u
  });

  it("of two layers of GD++ have degree four: the second step works on u(1 − b u)²", () => {
    const transformer = construct.gdPlusPlus({ dimension: 2, stepSizes: [1, 2], contractions: [0.5, 0] });
    const { residual } = inducedPolynomials(transformer);
    // (1 − u)(1 − 2u(1 − u/2)²)
    expect(residual).toEqual([1, -3, 4, -2.5, 0.5]);
  });

  it("of a silent layer are 0 and 1", () => {
    expect(inducedPolynomials(construct.gradientDescent({ dimension: 1, stepSizes: [0] }))).toEqual({
      step: [0],
      residual: [1],
    });
  });

  it("refuses layers that do not act on each eigenvector alone, and says what still applies", () => {
    const scalar = sparseHead(diagonal([0.5, 0.5]));
    const dividesByLength = true;
    const others = [
      { layers: [[sparseHead(diagonal([1, 2]))]], dividesByLength },
      { layers: [[sparseHead(matrix(2, 2, [1, 1, 0, 1]))]], dividesByLength },
      { layers: [[scalar], [sparseHead(diagonal([1, 1]), diagonal([1, 2]))]], dividesByLength },
      { layers: [[scalar, scalar]], dividesByLength },
      construct.ridgeGradientDescent({ dimension: 2, stepSizes: [1], penalty: 1 }),
    ];
    for (const transformer of others) {
      expect(() => inducedPolynomials(transformer)).toThrow(AssumptionError);
      expect(() => inducedPolynomials(transformer)).toThrow(/inducedWeights reads off/);
    }
    expect(() => inducedPolynomials(others[2])).toThrow(/another layer 1/);
  });
});
