import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { finiteSample as recipe } from "./finite-sample.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimension: 5, contextLength: 8, noiseVariances: [4], rate: 0.15, draws: 20_000, steps: [1, 5, 24] };

describe("the recipe finite-sample", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
