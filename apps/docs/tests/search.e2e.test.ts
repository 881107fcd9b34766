import { afterAll, expect, it } from "vitest";

import { openSite } from "./site.ts";

const site = await openSite();
afterAll(() => site?.close());

it.skipIf(site === undefined)("Control K finds a word, and Enter goes where it stands", async () => {
  const visit = await site!.open("/");
  const { page, until } = visit;
  const indexes = () =>
    page.evaluate(
      () => performance.getEntriesByType("resource").filter(({ name }) => name.includes("localSearchIndex")).length,
    );
  // The index is loaded by those who search, and by nobody else.
  expect(await indexes()).toBe(0);

  await page.keyboard.down("Control");
  await page.keyboard.press("k");
  await page.keyboard.up("Control");
  await until(() => document.activeElement?.matches(".VPLocalSearchBox input"));
  await page.keyboard.type("ridge");
  await until(() => document.querySelector(".VPLocalSearchBox .result.selected") !== null);
  const target = await page.$eval(
    ".VPLocalSearchBox .result.selected",
    (result) => (result as HTMLAnchorElement).pathname,
  );
  expect(await indexes()).toBe(1);
  await page.keyboard.press("Enter");
  await until((path) => location.pathname === path && document.querySelector(".VPLocalSearchBox") === null, target);
  await until(() => /ridge/i.test(document.querySelector("main")?.textContent ?? ""));
  expect(visit.problems).toEqual([]);
  expect([...visit.hosts]).toEqual([new URL(site!.origin).host]);
});

it.skipIf(site === undefined).each([
  ["newton", "/recipes/", "#newton-rate"],
  ["coalescence", "/reference/theory/", "#coalescence"],
  ["behind a queue", "/reference/command-line/", "#worker"],
])("%s is found, though its page is made of data", async (word, path, hash) => {
  const visit = await site!.open("/");
  const { page, until } = visit;
  await page.keyboard.down("Control");
  await page.keyboard.press("k");
  await page.keyboard.up("Control");
  await until(() => document.activeElement?.matches(".VPLocalSearchBox input"));
  await page.keyboard.type(word);
  await until((link) => document.querySelector(`.VPLocalSearchBox a[href$="${link}"]`) !== null, path + hash);
  await page.$eval(`.VPLocalSearchBox a[href$="${path}${hash}"]`, (link) => (link as HTMLElement).click());
  await until((id) => location.hash === id && document.querySelector(id) !== null, hash);
  expect(visit.problems).toEqual([]);
});
