import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { ahnMatrices as recipe } from "./ahn-matrices.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  spectrum: [1, 0.25, 0.0625],
  layers: 2,
  steps: 1600,
  promptsPerStep: 250,
  snapshots: 20,
  contexts: 2000,
};

describe("the recipe ahn-matrices", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
