import type { ApiEntry } from "./entries.ts";

/** A page as TypeDoc writes it, in the order of our docstrings: one list of what is thrown, then the source. */
export function polish(page: string, { title, from }: Pick<ApiEntry, "title" | "from">): string {
  const [, ...lines] = page.split("\n");
  // Several packages have a page on the same matter: the window and the search result tell them apart.
  const about = [`title: "${title} · ${from}"`, `description: "${descriptionOf(page, title, from)}"`];
  const head = [
    "---",
    ...about,
    "outline: [2, 3]",
    "---",
    "",
    `# ${title}`,
    "",
    "```ts",
    `import { … } from "${from}";`,
    "```",
  ];
  return gatherThrows([...head, ...lines].join("\n"));
}

const THROWS = /(?:^#{4,5} Throws\n\n(?:(?!#{1,5} |\*\*\*).*\n)*)+/gm;

/** TypeDoc gives each thing that is thrown a heading, and the last one the paragraph after it, which is the source. */
function gatherThrows(page: string): string {
  return page.replace(THROWS, (blocks) => {
    const level = /^#+/.exec(blocks)![0];
    const thrown = blocks.split(/^#+ Throws\n/m).map((block) => block.trim());
    const paragraphs = thrown.flatMap((block) => block.split(/\n{2,}/)).filter((text) => text !== "");
    const after = paragraphs.findIndex((text) => text.startsWith("Source:"));
    const items = after < 0 ? paragraphs : paragraphs.slice(0, after);
    const rest = after < 0 ? [] : paragraphs.slice(after);
    const list = items.map((text) => `- ${text.replaceAll("\n", "\n  ")}`).join("\n");
    const source = rest.map((text) => text.replace(/^Source: */, `${level} Source\n\n`));
    return `${[`${level} Throws`, list, ...source].join("\n\n")}\n\n`;
  });
}

/** What a search engine shows: the first names of the page. */
function descriptionOf(page: string, title: string, from: string): string {
  const names = [...page.matchAll(/^### (?:abstract )?([A-Za-z]\w*)/gm)].map(([, name]) => name);
  const some = names.slice(0, 4).join(", ");
  return `${title}: ${some}${names.length > 4 ? " and more" : ""}, of ${from}, with formulas and examples.`;
}
