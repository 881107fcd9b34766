import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { thm1Isotropic as recipe } from "./thm1-isotropic.ts";

const seed = seedForTests();
const settings = { dimension: 2, contextLength: 5, noiseVariances: [0.25], stabilityDraws: 200 };

describe("the recipe thm1-isotropic", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
