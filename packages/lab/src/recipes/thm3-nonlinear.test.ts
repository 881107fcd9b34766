import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { thm3Nonlinear as recipe } from "./thm3-nonlinear.ts";

const seed = seedForTests();
const settings = { dimension: 2, contextLength: 5, links: ["relu"], trainsLayers: false, draws: 70_000 };

describe("the recipe thm3-nonlinear", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
