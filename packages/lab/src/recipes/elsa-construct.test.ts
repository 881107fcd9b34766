import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { elsaConstruct as recipe } from "./elsa-construct.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimension: 2, contextLength: 12, steps: [1, 4, 24], contexts: 800 };

describe("the recipe elsa-construct", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
