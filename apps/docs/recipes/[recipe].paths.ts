import { recipePages, type RecipePageData } from "./recipe-page.ts";

/** One page for each recipe; what it shows are its parameters. */
const routes: { readonly watch: readonly string[]; paths(): { params: RecipePageData }[] } = {
  watch: ["./reports/*.json"],
  paths: () => recipePages().map((params) => ({ params })),
};

export default routes;
