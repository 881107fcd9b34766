import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { versatileMixedNoise as recipe } from "./versatile-mixed-noise.ts";

const seed = seedForTests();
const settings = {
  dimension: 4,
  contextLength: 12,
  largest: [0],
  trainedAt: 4,
  diagonalLayers: [3],
  plainLayers: 2,
  steps: 1400,
  promptsPerStep: 80,
  contexts: 12_000,
};

describe("the recipe versatile-mixed-noise", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
