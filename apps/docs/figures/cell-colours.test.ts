import { expect, it } from "vitest";

import { cellColours } from "./cell-colours.ts";

it("has colours that part at 0 and are full at the unit", () => {
  expect(cellColours(0, 2).fill).toContain(" 0%");
  expect(cellColours(1, 2).fill).toBe("color-mix(in oklab, var(--onestep-step) 50%, var(--learn-zero))");
  expect(cellColours(-9, 2).fill).toBe("color-mix(in oklab, var(--onestep-loss) 100%, var(--learn-zero))");
  expect(cellColours(2, 2).ink).not.toBe(cellColours(0, 2).ink);
});
