import type { ApiEntry } from "./entries.ts";

/** A page as TypeDoc writes it, in the order of our docstrings: one list of what is thrown, then the source. */
export function polish(page: string, { title, from }: Pick<ApiEntry, "title" | "from">): string {
  const [, ...lines] = page.split("\n");
  const head = ["---", "outline: [2, 3]", "---", "", `# ${title}`, "", "```ts", `import { … } from "${from}";`, "```"];
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
