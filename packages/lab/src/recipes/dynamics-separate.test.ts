import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { dynamicsSeparate as recipe } from "./dynamics-separate.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = { dimensions: [4, 4], ranks: [1, 2], startSizes: [0.03, 0.03] };

describe("the recipe dynamics-separate", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
