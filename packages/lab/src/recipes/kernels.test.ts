import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { kernels as recipe } from "./kernels.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { lengths: [20], scores: [0.02, 1], fitted: 20_000, tested: 50_000 };

describe("the recipe kernels", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
