import { expect, test } from "vitest";

import { stepTable } from "./step-table.ts";

test("a training is told row by row, a loss that is not known is left out, and theory comes last", () => {
  const rows = [
    { step: 1, meanDiagonal: 0.001, offDiagonal: 0.0002, distance: 0.97, loss: undefined },
    { step: 600, meanDiagonal: 0.0381, offDiagonal: 0.00001, distance: 0.0031, loss: 1.441 },
  ];
  const { columns, rows: texts } = stepTable(["step", "loss"], rows, { stepSize: 0.0381, loss: 1.4405 }, (loss) =>
    loss.toFixed(2),
  );
  expect(columns).toEqual(["step", "mean of the diagonal", "beside it (RMS)", "distance", "loss"]);
  expect(texts).toEqual([
    ["1", "0.00100", "0.00020", "97 %", ""],
    ["600", "0.03810", "0.00001", "0.31 %", "1.44"],
    ["theory", "0.03810", "0", "0 %", "1.44"],
  ]);
});
