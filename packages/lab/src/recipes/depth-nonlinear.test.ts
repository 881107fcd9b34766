import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { depthNonlinear as recipe } from "./depth-nonlinear.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  links: ["sign"],
  layers: [1, 2],
  minibatches: 15,
  contexts: 4000,
  wideDimension: 15,
  wideContexts: 1500,
  longLength: 200,
};

describe("the recipe depth-nonlinear", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
