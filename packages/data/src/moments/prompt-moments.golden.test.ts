import { maxAbs, matrixFromRows, multiply, subtract, trace, transpose } from "@onestep/core";
import { expectClose, goldenCases, lawFileOfGolden } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments, targetMoments } from "./prompt-moments.ts";

const nonlinear = goldenCases("nonlinear_summary");

describe("golden nonlinear laws", () => {
  it("are at hand: single indices, networks and a Gaussian process", () => {
    const kinds = nonlinear.map((golden) => golden.law.task.kind);
    expect(new Set(kinds)).toEqual(new Set(["single_index", "two_layer", "gp_rbf"]));
  });

  it.each(nonlinear)("$id", (golden) => {
    const law = parsePromptLaw(lawFileOfGolden(golden));
    const { n, d, noise_var: noiseVariance } = golden.law;
    const { beta_norm2, f2x2, ef2, eta, loss } = golden.value;

    const { contextMoment, energy, secondMoment } = targetMoments(law);
    expectClose([trace(contextMoment), trace(energy), secondMoment], [beta_norm2, f2x2, ef2], golden.abs_tol);

    const { crossMoment, strata, responseSecondMoment, evenPartDecouples } = promptMoments(law);
    const [{ stepMoment }] = strata as [(typeof strata)[number]];
    expectClose(trace(crossMoment), n * beta_norm2, n * golden.abs_tol);
    const squaredStep = n * (f2x2 + noiseVariance * d) + n * (n - 1) * beta_norm2;
    expectClose(trace(stepMoment), squaredStep, n * n * golden.abs_tol);
    expectClose(trace(crossMoment) / trace(stepMoment), eta, golden.abs_tol);
    expectClose(responseSecondMoment - eta * trace(crossMoment), loss, golden.abs_tol);
    expect(evenPartDecouples).toBe("proved");
  });
});

describe("golden optima of Gaussian linear laws", () => {
  it.each(goldenCases("gamma_star"))("$id is stationary: S Γ B = Aᵀ", (golden) => {
    const { crossMoment, strata } = promptMoments(parsePromptLaw(lawFileOfGolden(golden)));
    const [{ querySecondMoment, stepMoment }] = strata as [(typeof strata)[number]];
    const residual = subtract(
      multiply(querySecondMoment, matrixFromRows(golden.value), stepMoment),
      transpose(crossMoment),
    );
    expect(maxAbs(residual)).toBeLessThanOrEqual(golden.abs_tol * maxAbs(crossMoment));
  });
});
