import { runTraining } from "@onestep/lab";
import { afterAll, expect, it } from "vitest";

import { configOf, trainingAt } from "../learn/theorem-1/training-setting.ts";
import { openSite, type Visit } from "./site.ts";

const site = await openSite();
afterAll(() => site?.close());

const search = ({ page }: Visit) => page.evaluate(() => location.search);

it.skipIf(site === undefined)("a focused point moves with the arrow keys, and its address restores it", async () => {
  const visit = await site!.open("/learn/one-step");
  const value = ({ page }: Visit) =>
    page.$eval("[aria-label='Pair 2']", (point) => point.getAttribute("aria-valuetext"));
  expect(await value(visit)).toBe("x 1.4, y 1.15");
  await visit.focus("[aria-label='Pair 2']");
  await visit.page.keyboard.press("ArrowUp");
  await visit.until(() => location.search !== "");
  const address = await search(visit);
  expect(await value(visit)).toBe("x 1.4, y 1.25");
  expect(address).toContain("pairs=0.3,0.7_1.4,1.25_");
  const again = await site!.open(`/learn/one-step${address}`);
  await again.until(() => document.querySelector("[aria-label='Pair 2']")!.ariaValueText === "x 1.4, y 1.25");
  for (const { problems, hosts, close } of [visit, again]) {
    expect(problems).toEqual([]);
    expect([...hosts]).toEqual([new URL(site!.origin).host]);
    await close();
  }
});

it.skipIf(site === undefined)(
  "the training of the page reaches its verdict, and the bits that runTraining reaches in Node",
  async () => {
    const figure = ({ page }: Visit) =>
      page.$eval(".live-training", (element) => ({
        gamma: JSON.parse((element as HTMLElement).dataset["gamma"] ?? "null") as unknown,
        verdict: element.querySelector(".verdict")!.textContent,
        settings: [...element.querySelectorAll("select")].map((select) => select.value),
      }));
    const workers = ({ page }: Visit) => page.workers().length;

    const visit = await site!.open("/learn/theorem-1?n=20&d=5&noise=0.25&seed=7");
    await visit.until(() => document.querySelector("select")!.value === "20");
    expect((await figure(visit)).settings).toEqual(["20", "5", "0.25"]);
    // The worker is loaded when the training starts, and no sooner.
    expect(workers(visit)).toBe(0);
    await visit.focus(".play");
    await visit.page.keyboard.press("Enter");
    await visit.until(() => document.querySelector(".verdict.arrived") !== null && /step=600/.test(location.search));
    await visit.until(() => document.querySelector<HTMLElement>(".live-training")!.dataset["status"] === "finished");
    expect(workers(visit)).toBe(1);

    const { gamma, verdict } = await figure(visit);
    const address = await search(visit);
    expect(verdict).toMatch(/^Γ is within 0\.\d+ % of η\*I/);
    const report = await runTraining(configOf(trainingAt(address).setting));
    expect(gamma).toEqual(report.preconditioner);

    const again = await site!.open(`/learn/theorem-1${address}`);
    await again.until(() => document.querySelector<HTMLElement>(".live-training")!.dataset["status"] === "finished");
    expect((await figure(again)).gamma).toEqual(gamma);
    for (const { problems, hosts, close } of [visit, again]) {
      expect(problems).toEqual([]);
      expect([...hosts]).toEqual([new URL(site!.origin).host]);
      await close();
    }
  },
);

it.skipIf(site === undefined)("a setting that differs from the first one is offered, asked and kept", async () => {
  const visit = await site!.open("/learn/theorem-1");
  const settings = await visit.page.$$eval(".live-training select", (selects) => selects.map(({ value }) => value));
  expect(settings).toEqual(["20", "5", "0"]);
  expect(visit.problems).toEqual([]);
  await visit.close();
});
