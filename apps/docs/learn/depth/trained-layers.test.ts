import { expect, it } from "vitest";

import { lossAxis } from "./loss-axis.ts";
import { smoothedLosses, trainedLayers } from "./trained-layers.ts";

it("reads the steps, and what is uneven in them, off the weights", () => {
  const parameters = {
    P: [
      [
        [
          [0.5, 0, 0],
          [0, 0.5, 0],
          [0, 0, 2],
        ],
      ],
    ], // B = I/4 after the gain
    Q: [
      [
        [
          [-0.3, 0.1, 0],
          [0, -0.5, 0],
          [0, 0, 0],
        ],
      ],
    ],
    dividesByLength: true,
  };
  const [layer] = trainedLayers(parameters);
  // A = 2·[[0.3, −0.1], [0, 0.5]]
  expect(layer.stepSize).toBeCloseTo(0.8, 14);
  expect(layer.reshaping).toBeCloseTo(0.25, 14);
  expect(layer.unevenness).toBeCloseTo(Math.sqrt(0.12 / 1.4), 14);
  expect(trainedLayers(undefined)).toEqual([]);
});

it("smooths the batch loss over the last eighth of the steps", () => {
  const trace = Array.from({ length: 16 }, (_, k) => ({
    step: k + 1,
    batchLoss: k + 1,
    ...(k < 15 ? { point: {} } : {}),
  }));
  const losses = smoothedLosses(trace);
  expect(losses[0]).toEqual([1, 1]);
  expect(losses[15]).toEqual([16, 15.5]);
  expect(smoothedLosses(trace.map(({ step, batchLoss }) => ({ step, batchLoss })))).toEqual([[16, 15.5]]);
});

it("marks a narrow range in equal steps and a wide one in powers", () => {
  expect(lossAxis(0.001, 1).ticks).toEqual([0.001, 0.01, 0.1, 1]);
  expect(lossAxis(0.4, 5).ticks).toEqual([0.5, 1, 2, 4]);
  expect(lossAxis(9.7, 10.1).ticks.length).toBeGreaterThan(2);
});
