import type { RecipeShelf } from "./recipes.data.ts";

/** The shelves with only those cards that have every word somewhere, in any order; empty shelves are left out. */
export function findRecipes(shelves: readonly RecipeShelf[], wanted: string): readonly RecipeShelf[] {
  const words = plainLetters(wanted).split(/\s+/).filter(Boolean);
  return shelves
    .map(({ title, cards }) => ({
      title,
      cards: cards.filter(({ recipe, title: own, question, paper, locator }) => {
        const text = plainLetters([title, recipe, own, question, paper, locator].join(" "));
        return words.every((word) => text.includes(word));
      }),
    }))
    .filter(({ cards }) => cards.length > 0);
}

/** Without case and accents: "Akyürek" is found by "akyurek". */
function plainLetters(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
