import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { akyurekAgreement as recipe } from "./akyurek-agreement.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  dimension: 3,
  contextLength: 15,
  noiseVariances: [1],
  stepsPerLayer: 250,
  minibatches: 40,
  contexts: 16_000,
};

describe("the recipe akyurek-agreement", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
