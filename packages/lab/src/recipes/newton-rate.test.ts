import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { newtonRate as recipe } from "./newton-rate.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  layers: [1, 2],
  stepsPerLayer: 300,
  promptsPerStep: 300,
  prompts: 400,
  iterations: 9,
  descentSteps: [1, 2, 4, 8, 16, 32],
};

describe("the recipe newton-rate", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
