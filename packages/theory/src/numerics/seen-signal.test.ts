import { matrixFromRows, zeros } from "@onestep/core";
import { expectMatrixClose } from "@onestep/testkit";
import { describe, test } from "vitest";
import { nonZeroColumns } from "./seen-signal.ts";

describe("nonZeroColumns", () => {
  test("keeps the order of what is left, and one column of a zero matrix", () => {
    const matrix = matrixFromRows([
      [0, 1, 0, 2],
      [0, 0, 0, -3],
      [0, 4, 0, 0],
    ]);
    expectMatrixClose(
      nonZeroColumns(matrix),
      [
        [1, 2],
        [0, -3],
        [4, 0],
      ],
      0,
    );
    expectMatrixClose(nonZeroColumns(zeros(2, 3)), zeros(2, 1), 0);
  });
});
