import { quantities, recipes } from "@onestep/lab";

import { askForHelp } from "../reference/command-line/ask-for-help.ts";

/** What a search finds of a page that is made of data. */
interface Entry {
  /** Where its list names it. */
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

const { commands } = await askForHelp();

/** The local search reads Markdown, and these pages have none: they are found in the lists that lead to them. */
const entries: Readonly<Record<string, readonly Entry[]>> = {
  "recipes/index.md": recipes.map(({ id, title, question }) => ({ id, title, text: `${id} ${question}` })),
  "reference/theory/index.md": quantities.map(({ name, summary }) => ({ id: name, title: name, text: summary })),
  "reference/command-line/index.md": commands.map(({ name, brief }) => ({ id: name, title: name, text: brief })),
};

/** The sections that a search finds in a list beside those that its Markdown has, as HTML. */
export function sectionsOf(relativePath: string): string {
  return (entries[relativePath] ?? [])
    .map(
      ({ id, title, text }) =>
        `<h2>${plain(title)} <a class="header-anchor" href="#${id}">#</a></h2><p>${plain(text)}</p>`,
    )
    .join("\n");
}

function plain(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
