import { describeKey, DomainError } from "@onestep/core";
import { describe, expect, it } from "vitest";
import type { Claim } from "../claim.ts";
import { recipes } from "./catalogue.ts";
import { defineRecipe } from "./recipe.ts";
import { runRecipe } from "./run-recipe.ts";

const source = { key: "onestep", locator: "a toy" };
const claimOf = (observed: number): Claim => ({
  name: `observed ${observed}`,
  relation: "within",
  predicted: 0,
  observed,
  standardError: 0,
  tolerance: 1,
  source,
});
const axis = { label: "", scale: "linear" } as const;

/** Claims what its settings say, each claim a third of the way. */
const toy = defineRecipe({
  id: "toy",
  title: "a toy",
  question: "Does the frame hold?",
  source,
  settings: { ci: { observations: [0, 0.5], shift: 0 }, paper: { observations: [0, 0.5, 1], shift: 0 } },
  defects: { shifted: "all observations are off by two" },
  async run({ observations, shift }, { key, defect, progress }) {
    const off = defect === "shifted" ? 2 : shift;
    observations.forEach((_, at) => progress((at + 1) / observations.length, `claim ${at}`));
    return {
      claims: observations.map((observed) => claimOf(observed + off)),
      figure: { title: "toy", x: axis, y: axis, series: [] },
      notes: [describeKey(key)],
    };
  },
});

describe("runRecipe", () => {
  it("judges the claims, counts them, and records what repeats them", async () => {
    const report = await runRecipe(toy, { seed: 7, scale: "paper", settings: { shift: 0.75 } });
    expect(report).toMatchObject({ id: "toy", verdict: "contradicted", supported: 1, contradicted: 2, undecided: 0 });
    expect(report).toMatchObject({ scale: "paper", seed: 7, settings: { observations: [0, 0.5, 1], shift: 0.75 } });
    expect(report?.notes).toEqual(["7/toy"]);
    expect(report).not.toHaveProperty("defect");
  });

  it("makes a mistake on purpose, and says so", async () => {
    const report = await runRecipe(toy, { seed: 0, scale: "ci", defect: "shifted" });
    expect(report).toMatchObject({ verdict: "contradicted", defect: "shifted" });
  });

  it("tells its progress, and ends at the next one where the signal says so", async () => {
    const told: string[] = [];
    const signal = { aborted: false };
    const onProgress = (part: number, doing: string): void => {
      told.push(`${doing}: ${part}`);
      signal.aborted = true;
    };
    expect(await runRecipe(toy, { seed: 0, scale: "ci", onProgress, signal })).toBeUndefined();
    expect(told).toEqual(["claim 0: 0.5"]);
  });

  it("refuses settings and defects that the recipe does not have", async () => {
    const run = (options: object): Promise<unknown> => runRecipe(toy, { seed: 0, scale: "ci", ...options });
    await expect(run({ settings: { shfit: 1 } })).rejects.toThrow(/did you mean shift/);
    await expect(run({ settings: { shift: [1] } })).rejects.toThrow(/toy\.shift: expected a number/);
    await expect(run({ settings: { observations: ["one"] } })).rejects.toThrow(/expected a list of numbers/);
    await expect(run({ defect: "shift" })).rejects.toThrow(/did you mean shifted/);
    await expect(run({ seed: -1 })).rejects.toThrow(DomainError);
  });
});

describe("the catalogue of recipes", () => {
  it.each(recipes)("$id is named once, has settings of one shape at both scales, and a defect", (recipe) => {
    expect(recipes.filter(({ id }) => id === recipe.id)).toHaveLength(1);
    expect(recipe.id).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
    expect(recipe.question).toMatch(/\?$/);
    expect(Object.keys(recipe.settings.paper)).toEqual(Object.keys(recipe.settings.ci));
    expect(Object.keys(recipe.defects).length).toBeGreaterThan(0);
  });
});
