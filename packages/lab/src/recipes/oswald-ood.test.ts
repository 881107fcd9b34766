import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { oswaldOod as recipe } from "./oswald-ood.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  dimension: 3,
  contextLength: 8,
  ranges: [1, 2],
  covariates: ["uniform", "gaussian"],
  taskScales: [5],
  loops: [1, 3],
  steps: 600,
  contextsPerStep: 150,
  contexts: 20_000,
  loopContexts: 3000,
};

describe("the recipe oswald-ood", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
