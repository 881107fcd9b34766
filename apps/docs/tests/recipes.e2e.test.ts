import { recipes, runRecipe } from "@onestep/lab";
import { afterAll, expect, it } from "vitest";

import { openSite, type Visit } from "./site.ts";

const site = await openSite();
afterAll(() => site?.close());

const textOf = ({ page }: Visit, selector: string) => page.$eval(selector, (element) => element.textContent ?? "");
const cards = ({ page }: Visit) => page.$$eval(".card", (links) => links.map((link) => link.getAttribute("href")));

async function expectQuiet({ problems, hosts, close }: Visit): Promise<void> {
  expect(problems).toEqual([]);
  expect([...hosts]).toEqual([new URL(site!.origin).host]);
  await close();
}

it.skipIf(site === undefined)(
  "a recipe runs in the page, and finds the committed numbers to the last bit",
  async () => {
    const visit = await site!.open("/recipes/yq-lsa");
    expect(visit.page.workers()).toHaveLength(0);
    await visit.focus(".run-here .play");
    await visit.page.keyboard.press("Enter");
    await visit.until(() => document.querySelector(".verdict.arrived") !== null);
    expect(await textOf(visit, ".verdict")).toMatch(/^\s*The same numbers: all \d+ equal the committed ones/);
    expect(await textOf(visit, ".recipe-figure figcaption")).toContain("your own run, seed 0");
    await expectQuiet(visit);
  },
);

it.skipIf(site === undefined)("a mistake chosen on the page shows, as it does in Node", async () => {
  const recipe = recipes.find(({ id }) => id === "zfb-flow")!;
  const [name] = Object.keys(recipe.defects);
  const visit = await site!.open(`/recipes/zfb-flow?seed=3&defect=${name}`);
  await visit.until(() => document.querySelector<HTMLInputElement>(".run-here input")!.value === "3");
  expect(await textOf(visit, ".run-here .copy-command code")).toBe(
    `npm start -- reproduce zfb-flow --seed 3 --defect ${name}`,
  );
  await visit.focus(".run-here .play");
  await visit.page.keyboard.press("Enter");
  await visit.until(() => document.querySelector<HTMLElement>(".run-here")!.dataset["status"] === "finished");
  const found = await runRecipe(recipe, { seed: 3, scale: "ci", defect: name });
  expect(found?.verdict).toBe("contradicted");
  expect(await textOf(visit, ".verdict")).toContain(
    `The mistake shows: ${found!.supported} of ${found!.claims.length} claims supported`,
  );
  await expectQuiet(visit);
});

it.skipIf(site === undefined)(
  "the gallery is filtered by typing, and its address restores what was found",
  async () => {
    const visit = await site!.open("/recipes/");
    expect(await cards(visit)).toHaveLength(recipes.length);
    await visit.focus(".find-recipes input");
    await visit.page.keyboard.type("oswald");
    const wanted = ["one-layer", "gdpp", "ood"].map((name) => `/recipes/oswald-${name}`);
    await visit.until((count) => document.querySelectorAll(".card").length === count, wanted.length);
    expect(await cards(visit)).toEqual(wanted);
    expect(await textOf(visit, ".find-recipes [role=status]")).toBe(`3 of ${recipes.length} recipes`);
    await visit.until(() => location.search === "?find=oswald");

    const again = await site!.open("/recipes/?find=oswald");
    await again.until((count) => document.querySelectorAll(".card").length === count, wanted.length);
    await again.page.keyboard.press("Tab");
    await again.focus(".card");
    await again.page.keyboard.press("Enter");
    await again.until(() => location.pathname === "/recipes/oswald-one-layer");
    await expectQuiet(visit);
    await expectQuiet(again);
  },
);
