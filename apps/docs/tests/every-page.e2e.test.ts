import axe from "axe-core";
import { afterAll, describe, expect, it } from "vitest";

import { findBrowser, type BrowserName } from "./find-browser.ts";
import { allPages, pages } from "./pages.ts";
import { openSite, type Visit } from "./site.ts";
import { walkByTab } from "./walk-by-tab.ts";

const site = await openSite();
const firefox = await openSite("firefox");
afterAll(async () => {
  await site?.close();
  await firefox?.close();
});

function told(name: BrowserName): string {
  return findBrowser(name) === undefined ? `${name} is skipped: it is not installed` : `${name} ran`;
}
process.stdout.write(
  `every page: ${told("chromium")}, ${told("firefox")}; ${pages.length} of ${allPages.length} pages are read\n`,
);

/** What keeps a reader out, by the rules of WCAG 2.1 AA and those that are good practice. */
async function barriers({ page }: Visit): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run({
      resultTypes: ["violations"],
      runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    }),
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary ?? ""}`),
  );
}

/** By how many pixels the page is wider than its window. */
function overhang({ page }: Visit): Promise<number> {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** Waits until what follows a change is drawn, and colours have stopped moving. */
async function settle({ page }: Visit): Promise<void> {
  await page.evaluate(async () => {
    await new Promise(requestAnimationFrame);
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().endTime !== Infinity) animation.finish();
    }
    await new Promise(requestAnimationFrame);
  });
}

describe.skipIf(site === undefined)("in Chromium", () => {
  it.each(pages)("%s is whole: wide and narrow, light and dark, by keyboard and on paper", async (path) => {
    const visit = await site!.open(path, { colorScheme: "light" });
    const { page, problems, hosts } = visit;
    expect(await page.$$eval("h1", (headings) => headings.length)).toBe(1);
    expect(await page.title()).toMatch(/\S/);
    await settle(visit);
    expect(await barriers(visit)).toEqual([]);
    const { missed, unseen } = await walkByTab(page, "main");
    expect(missed, "controls that Tab does not reach").toEqual([]);
    expect(unseen, "controls that do not show their focus").toEqual([]);

    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
    await page.setViewport({ width: 390, height: 844 });
    await settle(visit);
    expect(await overhang(visit)).toBe(0);
    expect(await barriers(visit)).toEqual([]);

    // A sheet of A4 within its margins.
    await page.emulateMediaType("print");
    await page.setViewport({ width: 672, height: 987 });
    await settle(visit);
    expect(await overhang(visit)).toBe(0);
    expect(problems).toEqual([]);
    expect([...hosts]).toEqual([new URL(site!.origin).host]);
    await visit.close();
  });

  it("a page with faults is found out", async () => {
    const visit = await site!.open("/");
    await visit.page.$eval("main", (main) => {
      main.innerHTML = `<img src="/mark.svg"><button style="outline: none !important">unseen</button>
        <a href="/" tabindex="-1">missed</a><a href="/">fine</a><div style="width: 2000px">wide</div>`;
    });
    const { missed, unseen } = await walkByTab(visit.page, "main");
    expect(missed).toEqual([expect.stringContaining("missed")]);
    expect(unseen).toEqual([expect.stringContaining("unseen")]);
    expect(await barriers(visit)).toContainEqual(expect.stringMatching(/^image-alt/));
    expect(await overhang(visit)).toBeGreaterThan(500);
    await visit.close();
  });

  it("a formula that a late font makes wide is reached by Tab", async () => {
    const visit = await site!.open("/reference/theory/bayes-risk");
    const tabIndex = () => visit.page.$eval("main .katex-display", (formula) => (formula as HTMLElement).tabIndex);
    expect(await tabIndex()).toBe(-1);
    await visit.page.$eval("main .katex-display .katex", (formula) => {
      (formula as HTMLElement).style.letterSpacing = "1em";
    });
    await visit.page.evaluate(() => [...document.fonts].find(({ status }) => status === "unloaded")!.load());
    await settle(visit);
    expect(await tabIndex()).toBe(0);
    await visit.close();
  });

  it("what is folded is printed, and night is printed as day", async () => {
    const visit = await site!.open("/learn/one-step", { colorScheme: "dark" });
    const state = () => ({
      folded: document.querySelectorAll("main details:not([open])").length,
      isDark: document.documentElement.classList.contains("dark"),
    });
    const before = await visit.page.evaluate(state);
    expect(before.isDark).toBe(true);
    expect(before.folded).toBeGreaterThan(0);
    // Registered after the page's own listener, so called after it.
    await visit.page.evaluate(() =>
      addEventListener("beforeprint", () => {
        const folded = document.querySelectorAll("main details:not([open])").length;
        const isDark = document.documentElement.classList.contains("dark");
        Object.assign(globalThis, { printed: { folded, isDark } });
      }),
    );
    await visit.page.pdf();
    expect(await visit.page.evaluate("printed")).toEqual({ folded: 0, isDark: false });
    await visit.until(() => document.documentElement.classList.contains("dark"));
    expect(await visit.page.evaluate(state)).toEqual(before);
    await visit.close();
  });

  it("a path where nothing is says so, and leads back", async () => {
    const visit = await site!.open("/nothing/here");
    expect(await visit.page.$eval("h1", (heading) => heading.textContent)).toBe("Nothing is proved here");
    expect(await barriers(visit)).toEqual([]);
    expect(visit.problems.filter((problem) => !/404/.test(problem))).toEqual([]);
    await visit.focus("main a");
    await visit.page.keyboard.press("Enter");
    await visit.until(() => location.pathname === "/");
    await visit.close();
  });
});

describe.skipIf(firefox === undefined)("in Firefox", () => {
  it.each(pages.filter((path) => path === "/" || path.startsWith("/learn/")))("%s opens", async (path) => {
    const visit = await firefox!.open(path, { width: 390, height: 844 });
    expect(await overhang(visit)).toBe(0);
    // Firefox lays out what has arrived, and calls half a formula wrong; the whole one has all its parts.
    expect(visit.problems.filter((problem) => !problem.includes("Incorrect number of children"))).toEqual([]);
    const torn = await visit.page.$$eval(":is(msup, msub, mfrac)", (parts) =>
      parts.filter(({ children }) => children.length !== 2).map(({ outerHTML }) => outerHTML),
    );
    expect(torn).toEqual([]);
    expect([...visit.hosts]).toEqual([new URL(firefox!.origin).host]);
    await visit.close();
  });
});
