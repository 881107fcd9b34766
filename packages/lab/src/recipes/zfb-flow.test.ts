import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { zfbFlow as recipe } from "./zfb-flow.ts";

const seed = seedForTests();
const settings = { spectrum: [1, 0.5], contextLength: 6, startSizes: [0.1], until: 400 };

describe("the recipe zfb-flow", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
