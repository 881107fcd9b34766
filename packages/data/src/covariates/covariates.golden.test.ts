import {
  add,
  matrixFromRows,
  maxAbs,
  multiply,
  scale,
  subtract,
  traceOfProduct,
  transpose,
  zeros,
} from "@onestep/core";
import { expectClose, goldenCases, lawFileOfGolden, type Rows } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { parsePromptLaw } from "../law-file/parse.ts";
import { promptMoments } from "../moments/prompt-moments.ts";

const isotropic = (eta: number, d: number): Rows =>
  Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => (i === j ? eta : 0)));

const cases = [
  ...goldenCases("gamma_star_and_loss").map((golden) => ({ golden, gamma: golden.value.gamma })),
  ...goldenCases("single_layer_optimum").map((golden) => ({
    golden,
    gamma: isotropic(golden.value.eta, golden.law.d),
  })),
].filter(({ golden }) => golden.law.covariates.kind !== "gaussian" && golden.law.task.kind === "linear");

describe("golden optima of covariates that are not independent Gaussian rows", () => {
  it("are at hand", () => expect(cases.length).toBeGreaterThanOrEqual(8));

  it.each(cases.map((one) => ({ id: one.golden.id, ...one })))("$id: Σ_k p_k S_kΓB_k = Aᵀ, and the loss", (one) => {
    const { crossMoment, strata, responseSecondMoment } = promptMoments(parsePromptLaw(lawFileOfGolden(one.golden)));
    const gamma = matrixFromRows(one.gamma);
    const gradient = strata
      .map(({ probability, querySecondMoment, stepMoment }) =>
        scale(multiply(querySecondMoment, gamma, stepMoment), probability),
      )
      .reduce(add, zeros(gamma.rows, gamma.rows));
    const tolerance = one.golden.abs_tol * Math.max(1, maxAbs(crossMoment));
    // The golden Γ is off by abs_tol, which the Hessian S ⊗ B multiplies.
    const curvature = strata.reduce((sum, { stepMoment }) => sum + maxAbs(stepMoment), 0);
    expect(maxAbs(subtract(gradient, transpose(crossMoment)))).toBeLessThanOrEqual(tolerance * Math.max(1, curvature));
    expectClose(responseSecondMoment - traceOfProduct(gamma, crossMoment), one.golden.value.loss, tolerance);
  });
});
