import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { afterAll, beforeAll, expect, it } from "vitest";

import { examples } from "../reference/theory/examples.ts";
import { findBrowser } from "./find-browser.ts";
import { openSite, type Site, type Visit } from "./site.ts";

const PROGRAM = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url));
const isInstalled = findBrowser("chromium") !== undefined;

let site: Site | undefined;
beforeAll(async () => void (site = await openSite()));
afterAll(() => site?.close());

/** What the page says, digit by digit, and the command that it names for it. */
async function shownBy({ page }: Visit): Promise<{ command: string; json: string; status: string }> {
  return page.$eval(".calculator", (figure) => ({
    command: figure.querySelector(".command")!.textContent,
    json: figure.querySelector(".json")?.textContent ?? "",
    status: figure.querySelector(".verdict")!.textContent.trim(),
  }));
}

/** Runs a command of a page without the part that builds. */
function runs(command: string): string {
  const run = command.replace("npm start --silent --", `'${process.execPath}' '${PROGRAM}'`);
  return execFileSync("sh", ["-c", run], { encoding: "utf8" }).trim();
}

it.skipIf(!isInstalled)("a number that is asked for by keyboard is the command line's, to the last digit", async () => {
  const visit = await site!.open("/reference/theory/depth");
  const { page, until, focus } = visit;
  expect((await shownBy(visit)).status).toMatch(/^loss = 0\.457/);
  const [first] = await page.$$("input[type=number]");
  await first.focus();
  await page.keyboard.press("ArrowUp");
  for (let tab = 0; tab < 3; tab++) await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await until(
    () =>
      document.querySelector<HTMLElement>(".calculator")!.dataset["status"] === "answered" &&
      document.querySelector(".json")!.textContent.includes("one step size"),
  );
  const { command, json } = await shownBy(visit);
  expect(command).toContain("--context 21 --dimension 5 --layers 2 --tied --json");
  expect(runs(command)).toBe(json);
  expect(page.url()).toContain("context=21&dimension=5&variance=0.25&layers=2&tied=yes");
  await page.reload();
  await until((known) => document.querySelector(".json")?.textContent === known, json);
  await focus(".field.wide, summary");
  expect(visit.problems).toEqual([]);
  expect([...visit.hosts]).toHaveLength(1);
  await visit.close();
});

it.skipIf(!isInstalled).each(["shift", "bayes-risk", "wishart-moments", "multi-head"])(
  "the example of %s is what its command prints",
  async (name) => {
    const visit = await site!.open(`/reference/theory/${name}`);
    const { command, json } = await shownBy(visit);
    expect(runs(command)).toBe(json);
    expect(visit.problems).toEqual([]);
    await visit.close();
  },
);

it.skipIf(!isInstalled)("what the library refuses is told in its words, and the page goes on", async () => {
  const visit = await site!.open(`/reference/theory/coalescence?${examples["coalescence"].replace("layers=2", "")}`);
  const { page, until, focus } = visit;
  await until(() => document.querySelector<HTMLElement>(".calculator")!.dataset["status"] === "refused");
  expect((await shownBy(visit)).status).toMatch(/how many layers, a number; got nothing/);
  await focus(".option input");
  await page.keyboard.type("3");
  await until(() => document.querySelector<HTMLElement>(".calculator")!.dataset["status"] === "answered");
  const { command, json } = await shownBy(visit);
  expect(runs(command)).toBe(json);
  await visit.close();
});
