import { katex } from "@mdit/plugin-katex";
import { defineConfig } from "vitepress";

import { nav, sidebar } from "./navigation.ts";
import { sectionsOf } from "./search-entries.ts";
import { namePermalinks } from "./permalink-names.ts";

export default defineConfig({
  title: "onestep",
  description:
    "A laboratory for the theory of in-context learning: sample prompts, train linear attention, prove the optimum, compare.",
  lang: "en",
  cleanUrls: true,
  head: [["link", { rel: "icon", href: "/mark.svg", type: "image/svg+xml" }]],
  // Sources are documented where they stand; only pages become pages.
  srcExclude: ["README.md", "CHANGELOG.md", "reference/symmetry-table.md"],
  transformPageData({ params, frontmatter, ...page }) {
    // A page that is made of data is named by it.
    const { title, description } = { ...page, ...(params as Partial<Record<"title" | "description", string>>) };
    // What a messenger shows of a link; no picture and no address, since the site may stand on any host.
    const told = { "og:type": "article", "og:site_name": "onestep", "og:title": title, "og:description": description };
    const head = Object.entries(told)
      .filter(([, content]) => content !== "")
      .map(([property, content]) => ["meta", { property, content }]);
    return { title, description, frontmatter: { ...frontmatter, head } };
  },
  markdown: {
    theme: { light: "github-light-high-contrast", dark: "github-dark-high-contrast" },
    config: (md) => {
      namePermalinks(md);
      // Called, not passed to md.use: the plugin is typed against another release of markdown-it.
      katex(md as unknown as Parameters<typeof katex>[0], {
        output: "htmlAndMathml",
        // Braces in a formula are mathematics, not template expressions.
        transformer: (html) => html.replace(/^<(span|p)/, "<$1 v-pre"),
      });
    },
  },
  // The training of a Learn page is a module worker: it is loaded when a reader starts it.
  vite: {
    worker: { format: "es" },
    // Fonts are files: a strict content-security policy refuses those that stand in an address.
    build: { assetsInlineLimit: (file) => (file.endsWith(".woff2") ? false : undefined) },
  },
  themeConfig: {
    logo: { src: "/mark.svg", alt: "" },
    nav,
    sidebar,
    outline: false,
    // A result leads to its page: a preview of pages with live figures would run them.
    search: {
      provider: "local",
      options: {
        detailedView: false,
        _render(source, env, md) {
          const page = md.render(source, env);
          return env.frontmatter?.["search"] === false ? "" : page + sectionsOf(env.relativePath);
        },
      },
    },
    footer: { message: "MIT licence", copyright: "© 2026 onestep contributors" },
  },
});
