import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { ahnContext as recipe } from "./ahn-context.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { lengths: [6], steps: 600, promptsPerStep: 400, contexts: 12_000 };

describe("the recipe ahn-context", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
