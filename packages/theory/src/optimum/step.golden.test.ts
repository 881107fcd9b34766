import { expectClose, expectMatrixClose, goldenCases } from "@onestep/testkit";
import { describe, test } from "vitest";
import { momentsOfGolden, settingOfGolden } from "../../tests/golden-law.ts";
import { bestStepSize } from "./best-step-size.ts";
import { stepSizeOf } from "./lift.ts";
import { optimalPreconditioner } from "./preconditioner.ts";
import { optimalStep } from "./step.ts";

describe("single_layer_optimum", () => {
  test.each(goldenCases("single_layer_optimum"))("$id", ({ law, value, abs_tol }) => {
    const moments = momentsOfGolden(law);
    const { preconditioner, loss } = optimalStep(moments).value;
    expectClose(loss, value.loss, abs_tol);
    expectClose(stepSizeOf(preconditioner)!, value.eta, abs_tol);
    expectClose(bestStepSize(moments).value.stepSize, value.eta, abs_tol);
  });
});

describe("gamma_star and loss_star", () => {
  test.each(goldenCases("gamma_star"))("$id", ({ law, value, abs_tol }) => {
    expectMatrixClose(optimalStep(momentsOfGolden(law)).value.preconditioner, value, abs_tol);
    expectMatrixClose(optimalPreconditioner(settingOfGolden(law)).value, value, abs_tol);
  });
  test.each(goldenCases("loss_star"))("$id", ({ law, value, abs_tol }) => {
    expectClose(optimalStep(momentsOfGolden(law)).value.loss, value, abs_tol);
  });
});

describe("gamma_star_and_loss", () => {
  test.each(goldenCases("gamma_star_and_loss"))("$id", ({ law, value, abs_tol }) => {
    const { preconditioner, loss } = optimalStep(momentsOfGolden(law)).value;
    expectMatrixClose(preconditioner, value.gamma, abs_tol);
    expectClose(loss, value.loss, abs_tol);
  });
});
