import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { looped as recipe } from "./looped.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { loops: [1, 2], steps: 400, promptsPerStep: 200, contexts: 2000 };

describe("the recipe looped", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
