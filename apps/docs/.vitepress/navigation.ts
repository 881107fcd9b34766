import { quantities } from "@onestep/lab";
import type { DefaultTheme } from "vitepress";

import { decisions } from "../contribute/decisions.ts";
import { ensureApiPages } from "../reference/api-pages/api-pages.ts";
import { askForHelp } from "../reference/command-line/ask-for-help.ts";
import { groups } from "../recipes/groups.ts";

/** The five rooms of the site. */
export const nav: DefaultTheme.NavItem[] = [
  { text: "Learn", link: "/learn/one-step", activeMatch: "^/learn/" },
  { text: "Lab", link: "/lab/", activeMatch: "^/lab/" },
  { text: "Recipes", link: "/recipes/", activeMatch: "^/recipes/" },
  { text: "Reference", link: "/reference/", activeMatch: "^/reference/" },
  { text: "Contribute", link: "/contribute/", activeMatch: "^/contribute/" },
];

const { commands } = await askForHelp();
const apiPages = await ensureApiPages();

/** What stands in each room, in the order in which it is read. */
export const sidebar: DefaultTheme.SidebarMulti = {
  "/learn/": [
    {
      text: "The paper",
      items: [
        { text: "A prompt and one step", link: "/learn/one-step" },
        { text: "Theorem 1: the step is learned", link: "/learn/theorem-1" },
        { text: "Theorem 2: the covariance too", link: "/learn/theorem-2" },
        { text: "Theorem 3: nonlinear targets", link: "/learn/theorem-3" },
      ],
    },
    {
      text: "Beyond the paper",
      items: [
        { text: "Depth: every layer a step", link: "/learn/depth" },
        { text: "Heads and softmax", link: "/learn/heads" },
        { text: "Dynamics: plateaus, predicted", link: "/learn/dynamics" },
        { text: "Shift: another law at test", link: "/learn/shift" },
        { text: "Task diversity", link: "/learn/diversity" },
      ],
    },
  ],
  "/recipes/": [
    { text: "Recipes", items: [{ text: "All recipes", link: "/recipes/" }] },
    ...groups.map(({ title, recipes }) => ({
      text: title,
      items: recipes.map((recipe) => ({ text: recipe, link: `/recipes/${recipe}` })),
    })),
  ],
  "/reference/": [
    {
      text: "Reference",
      items: [
        { text: "Overview", link: "/reference/" },
        { text: "Laws", link: "/reference/laws" },
        { text: "Does it apply?", link: "/reference/certificate" },
        { text: "Notation", link: "/reference/notation" },
        { text: "Bibliography", link: "/reference/bibliography" },
      ],
    },
    {
      text: "Command line",
      link: "/reference/command-line/",
      collapsed: true,
      items: commands.map(({ name }) => ({ text: name, link: `/reference/command-line/${name}` })),
    },
    {
      text: "API",
      link: "/reference/api/",
      collapsed: true,
      items: [...new Set(apiPages.map((page) => page.package))].map((name) => ({
        text: name,
        link: `/reference/api/#${name}`,
        collapsed: true,
        items: apiPages
          .filter((page) => page.package === name)
          .map(({ title, link }) => ({ text: title, link: `/reference/api/${link}` })),
      })),
    },
    {
      text: "Closed forms",
      link: "/reference/theory/",
      collapsed: true,
      items: quantities.map(({ name }) => ({ text: name, link: `/reference/theory/${name}` })),
    },
  ],
  "/contribute/": [
    {
      text: "Contribute",
      items: [
        { text: "Set up and rules", link: "/contribute/" },
        { text: "Add a law", link: "/contribute/add-a-law" },
        { text: "Add a theorem", link: "/contribute/add-a-theorem" },
        { text: "Add a backend", link: "/contribute/add-a-backend" },
        { text: "Add a recipe", link: "/contribute/add-a-recipe" },
        { text: "Testing", link: "/contribute/testing" },
      ],
    },
    {
      text: "Decisions",
      link: "/contribute/decisions/",
      items: decisions().map(({ title, link }) => ({ text: title, link })),
    },
  ],
};
