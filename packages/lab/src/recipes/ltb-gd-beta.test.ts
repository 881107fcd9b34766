import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { ltbGdBeta as recipe } from "./ltb-gd-beta.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { squaredMeans: [1, 4], starts: 2, contexts: 25_000 };

describe("the recipe ltb-gd-beta", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
