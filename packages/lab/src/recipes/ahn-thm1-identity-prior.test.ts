import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { ahnThm1IdentityPrior as recipe } from "./ahn-thm1-identity-prior.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { spectrum: [1, 0.5], contextLength: 5, taskVariances: [1], noiseVariances: [0.5] };

describe("the recipe ahn-thm1-identity-prior", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
