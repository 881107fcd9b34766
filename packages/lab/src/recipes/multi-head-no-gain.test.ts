import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { multiHeadNoGain as recipe } from "./multi-head-no-gain.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  symmetricDimension: 2,
  symmetricLength: 6,
  heads: [1, 3],
  // In two dimensions nearly two starts in three lead one head to a lesser minimum.
  starts: 12,
  signHeads: [2],
  stepsPerLayer: 300,
  minibatches: 60,
  contexts: 5000,
};

describe("the recipe multi-head-no-gain", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
