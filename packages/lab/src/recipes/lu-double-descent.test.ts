import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { luDoubleDescent as recipe } from "./lu-double-descent.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimensions: [8, 12], promptRatios: [0.2, 0.7, 0.85, 1.15, 2] };

describe("the recipe lu-double-descent", () => {
  it("is supported", async () => {
    const options = { seed, scale: "ci", settings: { ...settings, repeats: [800, 220] } } as const;
    expect((await runRecipe(recipe, options))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    const options = { seed, scale: "ci", settings: { ...settings, repeats: [40, 16] }, defect } as const;
    expect((await runRecipe(recipe, options))?.verdict).toBe("contradicted");
  });
});
