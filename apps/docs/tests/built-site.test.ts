import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { lawCatalogue } from "@onestep/data";
import { describe, expect, it } from "vitest";

/** What `vitepress build` wrote: `turbo run test` builds it first. */
const SITE = fileURLToPath(new URL("../.vitepress/dist/", import.meta.url));

function filesEndingIn(suffix: string): readonly string[] {
  return readdirSync(SITE, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(suffix));
}

function read(file: string): string {
  return readFileSync(SITE + file, "utf8");
}

/** What a page loads by itself: every src and href, but not the links that a reader may follow. */
function loadedBy(html: string): readonly string[] {
  const elements = html.match(/<(?!a[\s>])[a-z][^>]*>/g) ?? [];
  return elements.flatMap((element) =>
    [...element.matchAll(/\s(?:src|href)="([^"]*)"/g)].map((match) => match[1] ?? ""),
  );
}

describe("the built site", () => {
  it("has a front page that names what it is", () => {
    expect(existsSync(`${SITE}index.html`), "apps/docs is not built: npm run build").toBe(true);
    expect(read("index.html")).toMatch(/<title>A laboratory for in-context learning · onestep<\/title>/);
    expect(read("index.html")).toContain('<html lang="en"');
  });

  it("gives every page a title and a description of its own", () => {
    const pages = filesEndingIn(".html").filter((file) => file !== "404.html");
    // Of a namespace nothing is known but its name.
    const told = pages.filter((file) => !file.includes("/namespaces/"));
    const titles = told.map((file) => /<title>([^<]*)/.exec(read(file))![1]);
    const descriptions = told.map((file) => /<meta name="description" content="([^"]*)/.exec(read(file))![1]);
    for (const all of [titles, descriptions]) {
      expect(all.filter((text, i) => text === "" || all.indexOf(text) !== i)).toEqual([]);
    }
    expect(told.length).toBeGreaterThan(150);
  });

  it("names the link of a heading by its words, not by their source", () => {
    for (const page of filesEndingIn(".html")) expect(read(page), page).not.toMatch(/Permalink to &quot;[^"]*[{`]/);
    expect(read("contribute/decisions/gauge.html")).toContain('aria-label="Permalink to &quot;Why&quot;"');
  });

  it("states Theorem 1 as mathematics, for eyes and for screen readers", () => {
    const page = read("index.html");
    expect(page).toContain("Mahankali, Hashimoto and Ma");
    expect(page).toContain(String.raw`\eta^* &amp;= \frac{1}{n + d + 1 + \sigma^2}`);
    expect(page).toContain("<math");
    expect(page).not.toContain("katex-error");
  });

  it("draws the figure before any script runs, with its description and its table", () => {
    const page = read("index.html");
    // n = 20, d = 5, σ² = 0.5: η* = 1/26.5, L* = 5.5 − 100/26.5.
    expect(page).toContain("At context length 20 it is 0.03774.");
    expect(page).toContain("At context length 20 it is 1.726.");
    expect(page.match(/<path class="curve" d="M[\d.,L]{2000,}"/g)).toHaveLength(2);
    expect(page.match(/<th scope="row"[^>]*>\d+<\/th>/g)).toHaveLength(9);
  });

  it("labels every control of the figure", () => {
    const page = read("index.html");
    const controls = [...page.matchAll(/<input id="([^"]+)"[^>]* type="range"/g)].map((match) => match[1] ?? "");
    expect(controls).toHaveLength(3);
    for (const control of controls) expect(page).toContain(`<label for="${control}"`);
  });

  it("lists every law and link of the catalogue, with its parameters", () => {
    const page = read("reference/laws.html").replace(/<!--.*?-->/g, "");
    for (const { kind, name, parameters } of lawCatalogue) {
      const start = page.indexOf(`<h3 id="${kind}-${name}"`);
      expect(start, `${kind} ${name}`).toBeGreaterThan(0);
      const section = page.slice(start, page.indexOf("</section>", start));
      for (const parameter of parameters) expect(section).toContain(`<code>${parameter.name}</code>`);
    }
  });

  it("draws the figures of the Learn pages before any script runs", () => {
    const oneStep = read("learn/one-step.html");
    expect(oneStep.match(/role="slider"/g)).toHaveLength(7);
    // η* = 1/(6 + 1 + 1 + 0.25)
    expect(oneStep).toContain("η* = 0.121: set the step size to its optimum");
    const theorem = read("learn/theorem-1.html");
    expect(theorem).toContain("η* = 1/26");
    expect(theorem).toContain("L* = 1.154");
    for (const page of [oneStep, theorem]) expect(page).not.toContain("katex-error");
  });

  it("leaves out of the scripts of a first visit only what the server has drawn", () => {
    // VitePress takes markup that never changes out of a page's first script, which finds it drawn. What a reader's choice
    // brings forth is not drawn yet: it would be empty.
    const scripts = filesEndingIn(".lean.js").filter((file) => /\.md\./.test(file));
    expect(scripts.length).toBeGreaterThan(10);
    for (const script of scripts) {
      const [lean, full] = [read(script), read(script.replace(".lean.js", ".js"))];
      const page = /assets\/(.*)\.md\./.exec(script)![1].replaceAll("_", "/");
      const drawn = read(`${page}.html`).replace(/<!--.*?-->/g, "");
      for (const [, text] of full.matchAll(/\(("(?:[^"\\]|\\.)*"),\d+\)/g)) {
        if (lean.includes(text)) continue;
        expect(drawn.includes(JSON.parse(text) as string), `${script} has lost ${text}`).toBe(true);
      }
    }
  });

  /** Bytes over the wire of what a page loads by itself. */
  const scriptsOf = (page: string): readonly number[] =>
    [...new Set(loadedBy(read(page)).filter((address) => address.endsWith(".js")))].map((address) =>
      zipped(address.slice(1)),
    );
  const zipped = (file: string): number => gzipSync(readFileSync(SITE + file)).length;
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);

  it("asks a reader of a Learn page for at most 200 kB of scripts", () => {
    for (const page of filesEndingIn(".html").filter((file) => file.startsWith("learn/"))) {
      const scripts = scriptsOf(page);
      expect(scripts.length, page).toBeGreaterThan(2);
      expect(sum(scripts), page).toBeLessThanOrEqual(200_000);
    }
  });

  it("asks a reader of the laboratory for at most 350 kB, the worker that draws theory first among them", () => {
    const [survey, ...others] = filesEndingIn(".js").filter((file) => file.includes("survey.worker"));
    expect(others).toEqual([]);
    expect(sum(scriptsOf("lab/index.html")) + zipped(survey)).toBeLessThanOrEqual(350_000);
  });

  it("loads nothing from another host", () => {
    for (const page of filesEndingIn(".html")) {
      expect(
        loadedBy(read(page)).filter((address) => /^(?:[a-z]+:)?\/\//i.test(address)),
        page,
      ).toEqual([]);
    }
    for (const sheet of filesEndingIn(".css")) {
      expect(read(sheet), sheet).not.toMatch(/url\(\s*["']?(?:https?:)?\/\/|@import\s*["']?(?:https?:)?\/\//i);
    }
    for (const script of filesEndingIn(".js")) {
      expect(read(script), script).not.toMatch(/(?:\bfetch|\bimport|importScripts)\s*\(\s*["'`](?:https?:)?\/\//);
      expect(read(script), script).not.toMatch(/\bfrom\s*["'](?:https?:)?\/\//);
    }
  });

  it("ships every file that its pages and styles ask for", () => {
    const asked = [
      ...filesEndingIn(".html").flatMap((page) => loadedBy(read(page))),
      ...filesEndingIn(".css").flatMap((sheet) =>
        [...read(sheet).matchAll(/url\(([^)]+)\)/g)].map((match) => (match[1] ?? "").replace(/^["']|["']$/g, "")),
      ),
    ].filter((address) => address.startsWith("/"));
    expect(asked.length).toBeGreaterThan(20);
    expect(
      [...new Set(asked)].filter((address) => !existsSync(SITE + address.replace(/[?#].*$/, "").slice(1))),
    ).toEqual([]);
  });
});
