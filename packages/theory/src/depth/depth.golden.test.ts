import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, expect, test } from "vitest";
import { settingOfGolden } from "../../tests/golden-law.ts";
import { wishartTraceMoments } from "../moments/wishart.ts";
import { gdPlusPlusRisk } from "./gd-plus-plus.ts";
import { optimalDepth } from "./optimal-depth.ts";

describe("depth", () => {
  test.each(goldenCases("multilayer_optimum"))("$id", ({ law, L, value, abs_tol }) => {
    const { stepSizes, loss, bestPolynomialLoss } = optimalDepth(settingOfGolden(law), L).value;
    expectClose(stepSizes, value.a, abs_tol);
    expectClose(loss, value.loss, abs_tol);
    if (value.best_polynomial_loss !== undefined) expectClose(bestPolynomialLoss, value.best_polynomial_loss, abs_tol);
  });
  test.each(goldenCases("gdpp_loss"))("$id", ({ law, a, ab, value, abs_tol }) => {
    const b = ab.map((product, l) => product / a[l]);
    expectClose(gdPlusPlusRisk(settingOfGolden(law), { a, b }).value, value, abs_tol);
  });
  test.each(goldenCases("wishart_trace_moments"))("$id", ({ law, value }) => {
    const moments = wishartTraceMoments({ contextLength: law.n, dimension: law.d, order: value.length - 1 }).value;
    expect(moments).toEqual(value.map((entry) => BigInt(entry)));
  });
});
