import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { dynamicsMerged as recipe } from "./dynamics-merged.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { spectrum: [1, 2], contextLength: 10, heads: 2, until: 10, startSizes: [1e-4, 1e-6] };

describe("the recipe dynamics-merged", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
