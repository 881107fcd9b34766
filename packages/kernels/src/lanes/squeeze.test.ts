import { log } from "@onestep/core";
import { expect, it } from "vitest";
import { SQUEEZE, SQUEEZE_TOP } from "./twin.ts";

/** Every length that a normal of 32 bits can have, both signs. */
const normals = Array.from({ length: 14_001 }, (_, step) => (step - 7000) / 1000);

it.each([2, 3, 4, 5, 10, 100, 1e4, 1e7])("the quick test of χ_%d keeps nothing that the exact one refuses", (k) => {
  const shape = k / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * shape);
  const wrong = normals.filter((x) => {
    const quick = SQUEEZE_TOP - SQUEEZE * (c * c * x ** 4);
    const cube = (1 + c * x) ** 3;
    return quick > 0 && !(cube > 0 && log(quick) < 0.5 * x * x + shape * (1 - cube + log(cube)));
  });
  expect(wrong).toEqual([]);
});
