import { recipePages, type RecipePageData } from "./recipe-page.ts";

/** One page for each recipe. What it shows are its parameters, its heading and question are text. */
const routes: { readonly watch: readonly string[]; paths(): { params: RecipePageData; content: string }[] } = {
  watch: ["./reports/*.json"],
  paths: () => recipePages().map((params) => ({ params, content: contentOf(params) })),
};

function contentOf({ title, description }: RecipePageData): string {
  return `# ${title} {#recipe}\n\n${description} {.question}\n`;
}

export default routes;
