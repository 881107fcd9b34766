import { expect, it } from "vitest";

import { findRecipes } from "./find-recipes.ts";
import loader from "./recipes.data.ts";

const shelves = loader.load();
const found = (wanted: string): string[] =>
  findRecipes(shelves, wanted).flatMap(({ cards }) => cards.map(({ recipe }) => recipe));

it("without a word, all recipes are found", () => {
  expect(findRecipes(shelves, " ")).toEqual(shelves);
  expect(found("").length).toBeGreaterThan(25);
});

it("every word counts, in any order, in title, question, paper or shelf, without case and accents", () => {
  expect(found("AHN identity")).toEqual(found("identity ahn"));
  expect(found("AHN identity")).toContain("ahn-matrices");
  expect(found("oswald")).toEqual(["oswald-one-layer", "oswald-gdpp", "oswald-ood"]);
  expect(found("Akyürek")).toEqual(found("akyurek"));
  expect(found("how training goes")).toEqual(["zfb-flow", "dynamics-merged", "dynamics-separate"]);
  expect(found("oswald dynamics")).toEqual([]);
});
