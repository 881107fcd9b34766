import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { zfbShifts as recipe } from "./zfb-shifts.ts";

const seed = seedForTests();
const settings = { dimension: 8, contextLength: 16, lengths: [64], covariateScales: [1, 9], draws: 10_000 };

describe("the recipe zfb-shifts", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings, defect }))?.verdict).toBe("contradicted");
  });
});
