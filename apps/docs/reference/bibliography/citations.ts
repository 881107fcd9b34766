import type { Paper } from "./further-papers.ts";

/** A function or a type whose documentation names a source. */
export interface Citing {
  readonly name: string;
  readonly link: string;
  /** The source in its own words. */
  readonly citation: string;
}

/** What a page of the API reference cites, symbol by symbol. */
export function citationsIn(page: string, markdown: string): readonly Citing[] {
  const found: Citing[] = [];
  const seen = new Map<string, number>();
  let symbol = { name: "", link: page };
  const blocks = withoutCode(markdown).split(/\n{2,}/);
  for (const [i, block] of blocks.entries()) {
    const [, marks, heading] = /^(#{1,6}) (.+)$/.exec(block.trim()) ?? [];
    if (heading === undefined) continue;
    const anchor = anchorOf(heading, seen);
    if (marks === "###") symbol = { name: heading.replace(/\(\)$|\\?<.*$/g, ""), link: `${page}#${anchor}` };
    if (heading === "Source") found.push({ ...symbol, citation: oneLine(blocks[i + 1] ?? "") });
  }
  return found;
}

/** Whether a citation is of this paper: by its number on arXiv, or by its first author and year. */
export function isOf(paper: Paper, citation: string): boolean {
  if (paper.arXiv !== undefined && citation.includes(paper.arXiv)) return true;
  return citation.includes(familyOf(paper)) && citation.includes(String(paper.year));
}

/** The first author's family name. */
export function familyOf({ authors }: Paper): string {
  const [first] = authors.split(",");
  return first.slice(first.lastIndexOf(" ") + 1);
}

/** The anchor that the site gives a heading: a number tells equal ones apart. */
function anchorOf(heading: string, seen: Map<string, number>): string {
  const anchor = heading
    .toLowerCase()
    .replace(/[^\p{Letter}\p{Number}\s-]/gu, "")
    .trim()
    .replace(/\s+/g, "-");
  const count = seen.get(anchor) ?? 0;
  seen.set(anchor, count + 1);
  return count === 0 ? anchor : `${anchor}-${count}`;
}

function withoutCode(markdown: string): string {
  return markdown.replace(/^```[^]*?^```$/gm, "");
}

function oneLine(block: string): string {
  return block
    .replace(/\s+/g, " ")
    .replace(/\\([_*<[\]])/g, "$1")
    .trim();
}
