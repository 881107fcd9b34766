import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { yqLsa as recipe } from "./yq-lsa.ts";

const seed = seedForTests();
const settings = { dimension: 3, contextLength: 12, heads: [1, 2, 3], contexts: 25_000 };

describe("the recipe yq-lsa", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
