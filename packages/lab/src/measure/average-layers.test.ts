import { matrix } from "@onestep/core";
import { expect, it } from "vitest";
import { averageLayers } from "./average-layers.ts";

it("layers are averaged entry by entry, and left as they were", () => {
  const layers = [
    { keyQuery: matrix(2, 2, [1, 2, 3, 4]), valueProjection: matrix(2, 1, [1, 1]) },
    { keyQuery: matrix(2, 2, [3, 2, 1, 0]), valueProjection: matrix(2, 1, [2, -1]) },
  ];
  const before = structuredClone(layers);
  expect(averageLayers(layers)).toEqual({
    keyQuery: matrix(2, 2, [2, 2, 2, 2]),
    valueProjection: matrix(2, 1, [1.5, 0]),
  });
  expect(layers).toEqual(before);
});
