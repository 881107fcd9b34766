import { figureSvg, type Verdict } from "@onestep/lab";

import { pagePaint } from "./page-paint.ts";
import { groups } from "./groups.ts";
import { recipePages } from "./recipe-page.ts";

/** A recipe in the gallery. */
export interface RecipeCard {
  readonly recipe: string;
  readonly title: string;
  readonly question: string;
  readonly paper: string;
  readonly locator: string;
  readonly verdict: Verdict;
  readonly supported: number;
  readonly contradicted: number;
  readonly undecided: number;
  /** Its figure without words, as SVG. */
  readonly icon: string;
}

/** A shelf of the gallery with its cards. */
export interface RecipeShelf {
  readonly title: string;
  readonly cards: readonly RecipeCard[];
}

/** Read when the site is built: the reports of that moment. */
const loader: { readonly watch: readonly string[]; load(): readonly RecipeShelf[] } = {
  watch: ["./reports/*.json"],
  load() {
    const pages = new Map(recipePages().map((page) => [page.recipe, page]));
    return groups.map(({ title, recipes }) => ({
      title,
      cards: recipes.flatMap((recipe) => {
        const page = pages.get(recipe);
        if (page === undefined) return [];
        const { report, paper } = page;
        const { question, source, verdict, supported, contradicted, undecided, figure } = report;
        return [
          {
            recipe,
            title: page.title,
            question,
            paper: paper.short,
            locator: source.locator,
            verdict,
            supported,
            contradicted,
            undecided,
            icon: figureSvg(figure, { shape: "icon", paint: pagePaint }),
          },
        ];
      }),
    }));
  },
};

export declare const data: readonly RecipeShelf[];
export default loader;
