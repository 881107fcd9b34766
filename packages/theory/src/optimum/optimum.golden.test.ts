import { covariance, matrixFromRows } from "@onestep/core";
import { expectClose, expectMatrixClose, goldenCases } from "@onestep/testkit";
import { describe, test } from "vitest";
import { momentsOfGolden, settingOfGolden } from "../../tests/golden-law.ts";
import { multiHeadOptimum } from "./multi-head.ts";
import { optimalStepOfRank } from "./rank.ts";

describe("ranks and heads", () => {
  test.each(goldenCases("rank_constrained_optimum"))("$id", ({ law, rank, value, abs_tol }) => {
    const { preconditioner, loss } = optimalStepOfRank(momentsOfGolden(law), rank).value;
    expectMatrixClose(preconditioner, value.gamma, abs_tol);
    expectClose(loss, value.loss, abs_tol);
  });
  test.each(goldenCases("multihead_optimum"))("$id", ({ law, value, abs_tol }) => {
    if (law.task.kind !== "linear" || "weights" in law.task) throw new Error("a linear task with a mean");
    const setting = {
      ...settingOfGolden(law),
      tasks: covariance(matrixFromRows(law.task.Omega)),
      taskMean: law.task.mu ?? [],
    };
    const { unconstrained, preconditionerOnly } = multiHeadOptimum(setting).value;
    expectClose(unconstrained, value.multihead, abs_tol);
    expectClose(preconditionerOnly, value.gamma_only, abs_tol);
  });
});
