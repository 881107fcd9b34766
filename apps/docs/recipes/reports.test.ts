import { recipes, runRecipe } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { committedReports } from "./committed-reports.ts";
import { groups } from "./groups.ts";

const reports = committedReports();
const ids = recipes.map(({ id }) => id);

describe("the committed reports", () => {
  it("are of the recipes, one each", () => {
    expect([...reports.keys()].toSorted()).toEqual(ids.toSorted());
  });

  it.each(recipes)("are of $id as it is now: npm run gallery -- $id", (recipe) => {
    const { title, question, source, settings } = recipe;
    expect(reports.get(recipe.id)).toMatchObject({
      title,
      question,
      source,
      settings: settings.ci,
      scale: "ci",
      seed: 0,
    });
  });

  it.each(["zfb-flow", "yq-lsa"])("hold what %s finds, to the last bit", async (id) => {
    const recipe = recipes.find((one) => one.id === id)!;
    const found = await runRecipe(recipe, { seed: 0, scale: "ci" });
    const isSame = JSON.stringify(found) === JSON.stringify(reports.get(id));
    expect(isSame, `npm run gallery -- ${id}`).toBe(true);
  });
});

it("the gallery has one place for each recipe", () => {
  expect(groups.flatMap((group) => group.recipes).toSorted()).toEqual(ids.toSorted());
});
