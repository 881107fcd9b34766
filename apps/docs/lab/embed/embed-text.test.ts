import { expect, it } from "vitest";

import { STEPS } from "../../learn/theorem-1/training-setting.ts";
import { buttonText, cellsOf, standing } from "./embed-text.ts";

const ETA = 0.04;

it("theory speaks first, and then of how far the layer is from it", () => {
  expect(standing(ETA, undefined)).toEqual({
    text: "Theory says: one step of gradient descent, of size η* = 0.04000.",
    arrived: false,
  });
  expect(standing(ETA, [[0.05]])).toEqual({ text: "Γ is 25 % away from η*I.", arrived: false });
  const near = standing(ETA, [[0.0402]]);
  expect(near.arrived).toBe(true);
  expect(near.text).toMatch(/^Γ is within 0\.50 % of η\*I/);
  expect(cellsOf(100, ETA, [[0.05]])).toEqual(["100", "0.05000", "25 %"]);
});

it("the button says what it does", () => {
  expect(buttonText({ isPlaying: false, step: 0 })).toBe("Train");
  expect(buttonText({ isPlaying: true, step: 0 })).toBe("Pause");
  expect(buttonText({ isPlaying: false, step: 7 })).toBe("Go on");
  expect(buttonText({ isPlaying: false, step: STEPS })).toBe("Again");
});
