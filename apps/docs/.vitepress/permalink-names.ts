import type { MarkdownRenderer } from "vitepress";

/**
 * Names the link that stands in a heading by the words of the heading. The theme names it by their source, so that a
 * screen reader would read braces: `Permalink to "Why {#why}"`.
 */
export function namePermalinks(md: MarkdownRenderer): void {
  md.core.ruler.push("name_permalinks", ({ tokens }) => {
    for (const { children } of tokens) {
      const at = (children ?? []).findIndex((token) => token.attrGet("class") === "header-anchor");
      if (at < 0) continue;
      const words = children!.slice(0, at).map(({ content }) => content);
      children![at].attrSet("aria-label", `Permalink to "${words.join("").trim()}"`);
    }
  });
}
