import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { severalQueries as recipe } from "./several-queries.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimension: 2, length: 5, queries: 2, draws: 80_000 };

describe("the recipe several-queries", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
