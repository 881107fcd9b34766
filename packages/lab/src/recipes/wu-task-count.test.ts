import { seedForTests } from "@onestep/testkit";
import { describe, expect, it } from "vitest";
import { runRecipe } from "./run-recipe.ts";
import { wuTaskCount as recipe } from "./wu-task-count.ts";

const seed = seedForTests();
const settings = { spectra: ["uniform"], testLengths: [20, 80], tasks: [3072, 12_288], repeats: 40 };

describe("the recipe wu-task-count", () => {
  it("is supported", async () => {
    expect((await runRecipe(recipe, { seed, scale: "ci", settings }))?.verdict).toBe("supported");
  });

  it.each(Object.keys(recipe.defects))("is contradicted with %s", async (defect) => {
    const options = { seed, scale: "ci", settings: { ...settings, repeats: 8 }, defect } as const;
    expect((await runRecipe(recipe, options))?.verdict).toBe("contradicted");
  });
});
