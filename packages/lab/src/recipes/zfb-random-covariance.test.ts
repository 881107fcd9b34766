import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { zfbRandomCovariance as recipe } from "./zfb-random-covariance.ts";

// Sixth moments of λ rule the errors: to be supported on any seed takes more draws than a test has.
const seed = 0;
const settings = { dimension: 8, lengths: [80], covariateScales: [1, 4], draws: 12_000 };

describe("the recipe zfb-random-covariance", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    const few = { ...settings, draws: 3000 };
    expect((await runRecipe(recipe, { seed, scale: "ci", settings: few, defect }))?.verdict).toBe("contradicted");
  });
});
