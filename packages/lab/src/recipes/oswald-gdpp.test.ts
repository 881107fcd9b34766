import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { oswaldGdpp as recipe } from "./oswald-gdpp.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  dimension: 3,
  looped: [2],
  stepsPerLayer: 550,
  promptsPerStep: 300,
  contexts: 20_000,
  angles: 2000,
  widest: 60,
};

describe("the recipe oswald-gdpp", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
