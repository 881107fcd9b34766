import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { oswaldOneLayer as recipe } from "./oswald-one-layer.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimension: 3, contextLength: 8, steps: 600, contextsPerStep: 150, contexts: 30_000 };

describe("the recipe oswald-one-layer", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
