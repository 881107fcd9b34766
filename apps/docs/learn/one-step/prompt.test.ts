import { describe, expect, it } from "vitest";

import { BEST_STEP, contextLoss, contributions, drawPrompt, EXTENT, slopesOf, stabilityLimit } from "./prompt.ts";

const prompt = {
  pairs: [
    { x: 1, y: 2 },
    { x: -2, y: -3 },
  ],
  query: 0.5,
};

describe("one step on a prompt", () => {
  it("adds up what every pair contributes: η Σ yᵢ xᵢ x_q", () => {
    // 0.1 · (2·1·0.5, −3·−2·0.5)
    expect(contributions(prompt, 0.1)[0]).toBeCloseTo(0.1, 14);
    expect(contributions(prompt, 0.1)[1]).toBeCloseTo(0.3, 14);
    expect(slopesOf(prompt, 0.1).oneStep * prompt.query).toBeCloseTo(0.4, 14);
  });

  it("stands beside least squares, 8/5, and ridge, 8/5.25", () => {
    expect(slopesOf(prompt, 0.1).leastSquares).toBeCloseTo(1.6, 14);
    expect(slopesOf(prompt, 0.1).ridge).toBeCloseTo(8 / 5.25, 14);
    expect(slopesOf({ pairs: [{ x: 0, y: 1 }], query: 1 }, 0.1).leastSquares).toBe(0);
  });

  it("is a step along the gradient of the context's loss at w = 0", () => {
    const slope = (contextLoss(prompt, 1e-6) - contextLoss(prompt, -1e-6)) / 2e-6;
    expect(-0.1 * slope).toBeCloseTo(slopesOf(prompt, 0.1).oneStep, 8);
  });

  it("ends as high as it began at the limit of stability", () => {
    const { oneStep } = slopesOf(prompt, stabilityLimit(prompt));
    expect(contextLoss(prompt, oneStep)).toBeCloseTo(contextLoss(prompt, 0), 12);
  });

  it("has the best size 1/(n + d + 1 + σ²) on the prompts of the page", () => {
    expect(BEST_STEP).toBeCloseTo(1 / 8.25, 14);
  });

  it("is drawn from a seed, within the figure", () => {
    expect(drawPrompt(3)).toEqual(drawPrompt(3));
    expect(drawPrompt(3)).not.toEqual(drawPrompt(4));
    for (let seed = 0; seed < 50; seed++) {
      const { pairs, query } = drawPrompt(seed);
      expect(pairs).toHaveLength(6);
      for (const { x, y } of pairs) expect(Math.abs(x) <= EXTENT.x && Math.abs(y) <= EXTENT.y).toBe(true);
      expect(Math.abs(query)).toBeLessThanOrEqual(EXTENT.x);
    }
  });
});
