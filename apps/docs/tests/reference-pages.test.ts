import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { quantities } from "@onestep/lab";
import { describe, expect, it } from "vitest";

import { askForHelp } from "../reference/command-line/ask-for-help.ts";
import { SITE } from "./serve.ts";

const read = (path: string): string => readFileSync(join(SITE, path), "utf8");
const ids = (html: string): ReadonlySet<string> => new Set([...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id));

/** The file that an address leads to. */
function fileOf(address: string): string {
  return address.endsWith("/") ? `${address}index.html` : `${address}.html`;
}

describe("closed forms", () => {
  it.each(quantities)("$name has a page with a number, its passport and the command for it", ({ name, options }) => {
    const page = read(`reference/theory/${name}.html`);
    expect(page).toContain(`<title>${name} | onestep</title>`);
    expect(page).toContain('data-status="answered"');
    expect(page).toMatch(/formula<\/dt>[^]*?<math/);
    expect(page).toMatch(/hypotheses<\/dt>[^]*?<li/);
    expect(page).toContain(`theory ${name}`);
    expect(page).not.toContain("katex-error");
    for (const { flag } of options) expect(page).toContain(`<code>${flag}`);
  });

  it("ask a reader for at most 200 kB of scripts before a value is changed", () => {
    const page = read("reference/theory/depth.html");
    const scripts = new Set([...page.matchAll(/(?:href|src)="(\/assets\/[^"]+\.js)"/g)].map(([, script]) => script));
    const bytes = [...scripts].map((script) => gzipSync(readFileSync(join(SITE, script))).length);
    expect(scripts.size).toBeGreaterThan(2);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(200_000);
  });
});

it("every command that the program lists has a page with all its flags", async () => {
  const { commands } = await askForHelp();
  expect(commands.length).toBeGreaterThan(10);
  for (const { name } of commands) {
    const page = read(`reference/command-line/${name}.html`);
    const { flags, examples } = await askForHelp(name);
    for (const { flag } of flags) expect(page, name).toContain(`<code>${flag}</code>`);
    for (const { brief } of examples)
      expect(page, name).toContain(brief.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  }
});

describe("the API", () => {
  const folder = join(SITE, "reference", "api");
  const pages = existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".html"))
    : [];

  it("has its formulas set, its examples coloured, and its links led to what they name", () => {
    expect(pages.length).toBeGreaterThan(40);
    const targets = new Map<string, ReadonlySet<string>>();
    const astray: string[] = [];
    for (const page of pages) {
      const html = readFileSync(join(folder, page), "utf8");
      expect(html, page).not.toContain("katex-error");
      expect(html.replace(/<pre[^]*?<\/pre>|<annotation[^]*?<\/annotation>/g, ""), page).not.toContain("$$");
      for (const [, href] of html.matchAll(/<a [^>]*?href="([^"]*#[^"]+)"/g)) {
        const { pathname, hash } = new URL(href, `http://site/reference/api/${page}`);
        const file = pathname.endsWith(".html") ? pathname : fileOf(pathname);
        if (!targets.has(file)) targets.set(file, existsSync(join(SITE, file)) ? ids(read(file)) : new Set());
        if (!targets.get(file)!.has(decodeURIComponent(hash.slice(1)))) astray.push(`${page}: ${href}`);
      }
    }
    expect(astray).toEqual([]);
  });

  it("tells of a function what its docstring tells", () => {
    const page = read("reference/api/theory/depth.html");
    const start = page.indexOf('<h3 id="optimaldepth"');
    const section = page.slice(start, page.indexOf("<h3", start + 1));
    expect(start).toBeGreaterThan(0);
    expect(section).toContain("<math");
    expect(section).toContain('<div class="language-ts');
    expect(section).toMatch(/Throws[^]*AssumptionError[^]*NumericalError[^]*Source[^]*arXiv 2306\.00297/);
  });
});

it("every source of a closed form is in the bibliography, and its uses lead to pages", () => {
  const page = read("reference/bibliography.html");
  const anchors = ids(page);
  for (const { name } of quantities) {
    const [, key] = /\/reference\/bibliography#([a-z0-9-]+)/.exec(read(`reference/theory/${name}.html`))!;
    expect(anchors, name).toContain(key);
  }
  const links = [...page.matchAll(/href="(\/reference\/(?:api|theory)\/[^"#]*)(?:#([^"]*))?"/g)];
  expect(links.length).toBeGreaterThan(100);
  for (const [, path, anchor] of links) {
    const file = fileOf(path.slice(1));
    expect(existsSync(join(SITE, file)), path).toBe(true);
    if (anchor !== undefined) expect(read(file).includes(`id="${anchor}"`), `${path}#${anchor}`).toBe(true);
  }
});
