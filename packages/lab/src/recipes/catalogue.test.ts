import { sources } from "@onestep/theory";
import { describe, expect, it } from "vitest";
import { recipes } from "./catalogue.ts";

describe("the catalogue of recipes", () => {
  it("names every recipe once", () => {
    const ids = recipes.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(recipes.map((recipe) => [recipe.id, recipe] as const))(
    "%s has a mistake to make, and a source that the bibliography knows",
    (_, { defects, source }) => {
      expect(Object.keys(defects).length).toBeGreaterThan(0);
      expect(sources.map(({ key }): string => key)).toContain(source.key);
    },
  );
});
