import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { crossEntropy as recipe } from "./cross-entropy.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimensions: [3], contextLengths: [2], promptsPerStep: 250, fresh: 40_000 };

describe("the recipe cross-entropy", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
