import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { recipes } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { committedReports } from "../recipes/committed-reports.ts";

/** What `vitepress build` wrote: `turbo run test` builds it first. */
const SITE = fileURLToPath(new URL("../.vitepress/dist/", import.meta.url));

function textOf(page: string): string {
  const html = readFileSync(`${SITE}recipes/${page}.html`, "utf8").replace(/<!--.*?-->/g, "");
  return html.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&#39;", "'").replaceAll("&amp;", "&");
}

describe("the built pages of recipes", () => {
  it("are linked from the gallery, one for each recipe", () => {
    const gallery = textOf("index");
    for (const { id, question } of recipes) {
      expect(gallery).toContain(`href="/recipes/${id}"`);
      expect(gallery, id).toContain(question);
    }
  });

  it.each(recipes)("show what $id asks and claims, its mistakes and its figure, before any script runs", (recipe) => {
    const page = textOf(recipe.id);
    const { claims, figure, notes } = committedReports().get(recipe.id)!;
    const shown = [recipe.question, figure.title, ...claims.map(({ name }) => name), ...notes];
    for (const text of [...shown, ...Object.values(recipe.defects)]) expect(page).toContain(text);
    expect(page).toContain(`npm start -- reproduce ${recipe.id} --seed 0`);
    expect(page.match(/<svg[^>]*viewBox[^>]* role="img"/g)).toHaveLength(2);
    expect(page).not.toMatch(/\bNaN\b|undefined/);
  });
});
