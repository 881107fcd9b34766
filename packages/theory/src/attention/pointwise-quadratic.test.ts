import { expectClose } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { quadraticPointwiseMoments } from "./pointwise-quadratic.ts";
import { pointwiseAttention } from "./pointwise.ts";

const setting = { contextLength: 10, dimension: 4, noiseVariance: 0.3 };

describe("quadraticPointwiseMoments", () => {
  test("of the matching kernel are polynomials in d", () => {
    // E s⁴ = 3d(d+2); E[‖x‖⁴s⁴] = 3 d(d+2)·(d+4)(d+6); E[⟨x,x'⟩² s² s'²] = E‖x_q‖⁴ (9 + d − 1), E‖x_q‖⁴ = d(d+2)
    const { alignment, ownEnergy, crossEnergy, responseSecondMoment } = quadraticPointwiseMoments(
      (s) => s * s,
      setting,
    );
    const d = setting.dimension;
    const fourth = d * (d + 2);
    expectClose(alignment, 6 * fourth, 1e-12);
    expectClose(ownEnergy / (6 * fourth * (d + 4) * (d + 6) + 0.3 * 3 * fourth), 1, 1e-13);
    expectClose(crossEnergy, 2 * fourth * (d + 8), 1e-12);
    expectClose(responseSecondMoment, 2 * fourth + 0.3, 1e-12);
  });

  test("an odd activation sees nothing of a quadratic target, and ReLU half of what |s| sees", () => {
    expectClose(quadraticPointwiseMoments((s) => s, setting).alignment, 0, 1e-12);
    expectClose(
      pointwiseAttention(
        10,
        quadraticPointwiseMoments((s) => s ** 3, setting),
      ).value.stepSize,
      0,
      1e-15,
    );
    const relu = quadraticPointwiseMoments((s) => Math.max(s, 0), setting);
    expectClose(relu.alignment, quadraticPointwiseMoments(Math.abs, setting).alignment / 2, 1e-12);
  });

  test("refuses what is no activation", () => {
    expect(() => quadraticPointwiseMoments(Math.log, setting)).toThrowError(/finite average of the activation/);
    expect(() => quadraticPointwiseMoments((s) => s, setting, [NaN])).toThrowError(/finite kink/);
  });
});
