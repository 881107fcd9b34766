import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { thm2Anisotropic as recipe } from "./thm2-anisotropic.ts";

const seed = seedForTests();
const settings = { spectrum: [1, 0.25], contextLength: 5, noiseVariances: [0] };

describe("the recipe thm2-anisotropic", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
