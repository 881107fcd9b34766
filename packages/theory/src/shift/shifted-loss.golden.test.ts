import { matrixFromRows } from "@onestep/core";
import { expectClose, goldenCases } from "@onestep/testkit";
import { describe, test } from "vitest";
import { momentsOfGolden } from "../../tests/golden-law.ts";
import { shiftedLoss } from "./shifted-loss.ts";

describe("shift_risk", () => {
  test.each(goldenCases("shift_risk"))("$id", ({ law, gamma, value, abs_tol }) => {
    expectClose(shiftedLoss(matrixFromRows(gamma), momentsOfGolden(law)).value, value, abs_tol);
  });
});
