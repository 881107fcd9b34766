import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { lowRankAndAlignment as recipe } from "./low-rank-and-alignment.ts";
import { runRecipe } from "./run-recipe.ts";

const seed = seedForTests();
const settings = {
  spectrum: [1, 0.4, 0.1],
  contextLength: 10,
  alignedDimension: 10,
  alignedLength: 10,
  alignments: [0, 0.3],
  draws: 10_000,
};

describe("the recipe low-rank-and-alignment", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
