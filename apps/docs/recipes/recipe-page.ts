import { recipes, type RecipeReport, type RecipeSettings } from "@onestep/lab";

import { committedReports } from "./committed-reports.ts";
import { paperOf, type Paper } from "./paper-text.ts";

/** All that the page of a recipe shows. */
export interface RecipePageData {
  /** The recipe's name, and the last part of the page's address. */
  readonly recipe: string;
  readonly title: string;
  readonly description: string;
  readonly report: RecipeReport;
  readonly paper: Paper;
  /** Names of the papers that its claims cite, by their keys. */
  readonly cited: Readonly<Record<string, string>>;
  readonly paperSettings: RecipeSettings;
  readonly defects: Readonly<Record<string, string>>;
}

/** The pages of all recipes that have a report, from the recipe files and from the reports. */
export function recipePages(): readonly RecipePageData[] {
  const reports = committedReports();
  return recipes.flatMap((recipe) => {
    const report = reports.get(recipe.id);
    if (report === undefined) return [];
    const keys = [...new Set(report.claims.map(({ source }) => source.key))];
    return [
      {
        recipe: recipe.id,
        title: recipe.title.charAt(0).toUpperCase() + recipe.title.slice(1),
        description: recipe.question,
        report,
        paper: paperOf(recipe.source.key),
        cited: Object.fromEntries(keys.map((key) => [key, paperOf(key).short])),
        paperSettings: recipe.settings.paper,
        defects: recipe.defects,
      },
    ];
  });
}
