import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { ahnDepth as recipe } from "./ahn-depth.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { layers: [1, 2], stepsPerLayer: 1500, promptsPerStep: 500, contexts: 30_000 };

describe("the recipe ahn-depth", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
