import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, test } from "vitest";
import { momentsOfGolden, settingOfGolden } from "../../tests/golden-law.ts";
import { bayesRiskEquivalent, marchenkoPasturRisk } from "./asymptotic.ts";
import { bayesRisk } from "./bayes.ts";
import { gradientDescentRisk } from "./gradient-descent.ts";
import { leastSquaresRisk } from "./least-squares.ts";
import { oneStepRisk } from "./one-step.ts";
import { ridgeRisk } from "./ridge.ts";

describe("risks of the comparators", () => {
  test.each(goldenCases("risk_one_step_gd"))("$id", ({ law, eta, value, abs_tol }) => {
    expectClose(oneStepRisk(momentsOfGolden(law), eta).value, value, abs_tol);
  });
  test.each(goldenCases("k_step_gd_risk"))("$id", ({ law, k, a, value, abs_tol }) => {
    expectClose(gradientDescentRisk(settingOfGolden(law), { steps: k, rate: a }).value, value, abs_tol);
  });
  test.each(goldenCases("ridge_risk"))("$id", ({ law, ridge_lambda, value, abs_tol }) => {
    expectClose(ridgeRisk(settingOfGolden(law), ridge_lambda).value, value, abs_tol);
  });
  test.each(goldenCases("bayes_risk"))("$id", ({ law, ridge_lambda, value, abs_tol }) => {
    expectClose(bayesRisk(settingOfGolden(law)).value, value, abs_tol);
    expectClose(ridgeRisk(settingOfGolden(law), ridge_lambda).value, value, abs_tol);
  });
  test.each(goldenCases("ols_risk"))("$id", ({ law, value, abs_tol }) => {
    expectClose(leastSquaresRisk(settingOfGolden(law)).value, value, abs_tol);
  });
  test.each(goldenCases("bayes_risk_marchenko_pastur"))("$id", ({ law, value, abs_tol, exact_finite }) => {
    expectClose(marchenkoPasturRisk(settingOfGolden(law)).value, value, abs_tol);
    expectClose(bayesRisk(settingOfGolden(law)).value, exact_finite, 1e-9);
  });
  test.each(goldenCases("bayes_risk_deterministic_equivalent"))("$id", ({ law, value, abs_tol, nu }) => {
    const { risk, effectiveLength } = bayesRiskEquivalent(settingOfGolden(law)).value;
    expectClose(risk, value, abs_tol);
    expectClose(effectiveLength, nu, 1e-9);
  });
});
