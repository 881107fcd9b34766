import { runTraining } from "@onestep/lab";
import { afterAll, expect, it } from "vitest";

import { configOf, poolAt } from "../learn/diversity/pool-setting.ts";
import { followFlow, type FlowLook } from "../learn/dynamics/follow-flow.ts";
import { flowAt } from "../learn/dynamics/flow-setting.ts";
import { drawShift, type ShiftEstimate } from "../learn/shift/draw-shift.ts";
import { shiftAt } from "../learn/shift/shift-setting.ts";
import { openSite, type Visit } from "./site.ts";

const site = await openSite();
afterAll(() => site?.close());

const search = ({ page }: Visit) => page.evaluate(() => location.search);
const verdict = ({ page }: Visit) => page.$eval(".verdict", (element) => element.textContent.trim());
/** What the figure holds once its run is at its end. */
const end = async ({ page }: Visit) =>
  JSON.parse(await page.$eval("figure.explorable", (figure) => figure.dataset["end"] ?? "null")) as unknown;
const finished = (visit: Visit) =>
  visit.until(() => document.querySelector<HTMLElement>("figure.explorable")!.dataset["status"] === "finished");

/** Runs what the page runs, to its end and its verdict, and goes to its address again. */
async function runAndReturn(path: string): Promise<{ address: string; last: unknown; said: string }> {
  const visit = await site!.open(path);
  expect(visit.page.workers()).toHaveLength(0);
  await visit.focus(".play");
  await visit.page.keyboard.press("Enter");
  await finished(visit);
  await visit.until(() => document.querySelector(".verdict.arrived") !== null && /step=/.test(location.search));
  const [address, last, said] = [await search(visit), await end(visit), await verdict(visit)];
  const again = await site!.open(path.replace(/\?.*/, "") + address);
  await finished(again);
  expect(await end(again)).toEqual(last);
  expect(await verdict(again)).toBe(said);
  for (const { problems, hosts, close } of [visit, again]) {
    expect(problems).toEqual([]);
    expect([...hosts]).toEqual([new URL(site!.origin).host]);
    await close();
  }
  return { address, last, said };
}

it.skipIf(site === undefined)(
  "gradient flow visits the plateaus that were drawn before it, in their time",
  async () => {
    const { address, last, said } = await runAndReturn("/learn/dynamics?start=0.02&spectrum=4:4:1:1&n=8&seed=3");
    expect(said).toMatch(
      /^As predicted: each of the 3 plateaus was visited within 0\.\d+ % of its height, and each fall/,
    );
    const looks: FlowLook[] = [];
    for await (const look of followFlow(flowAt(address).setting)) looks.push(look);
    expect(last).toMatchObject(looks[looks.length - 1]);
  },
);

it.skipIf(site === undefined)("a keyboard chooses another spectrum, and its plateaus are drawn at once", async () => {
  const visit = await site!.open("/learn/dynamics");
  const plateaus = () => visit.page.$$eval(".panels > div:first-child .theory:not(.moment)", (lines) => lines.length);
  const moments = () => visit.page.$$eval(".panels > div:first-child .moment", (lines) => lines.length);
  expect([await plateaus(), await moments()]).toEqual([5, 4]);
  await visit.focus(".choice.spectrum select");
  await visit.page.keyboard.type("1");
  await visit.until(() => /spectrum=1:1:1:1/.test(location.search));
  expect([await plateaus(), await moments()]).toEqual([2, 1]);
  expect(visit.problems).toEqual([]);
  await visit.close();
});

it.skipIf(site === undefined)(
  "prompts of a shifted law agree with the closed form, bit for bit those of Node",
  async () => {
    const { address, last, said } = await runAndReturn("/learn/shift?covariates-at=8&noise-at=1&seed=5");
    expect(said).toMatch(/^Measured .* they agree, 0\.\d+ %/);
    const estimates: ShiftEstimate[] = [...drawShift(shiftAt(address).setting)];
    expect(last).toMatchObject(estimates[estimates.length - 1]);
  },
);

it.skipIf(site === undefined)("a slider is moved by arrow keys, and the curves follow it", async () => {
  const visit = await site!.open("/learn/shift");
  expect(await verdict(visit)).toMatch(/^No shift yet/);
  const slider = "input[aria-valuetext='1']";
  await visit.focus(slider);
  for (let press = 0; press < 4; press++) await visit.page.keyboard.press("ArrowRight");
  await visit.until(() => /along=covariates&seed=0&covariates-at=10/.test(location.search));
  expect(await verdict(visit)).toMatch(/^Broken: an error of \d+ % of E y²/);
  expect(visit.problems).toEqual([]);
  await visit.close();
});

it.skipIf(site === undefined)(
  "a layer trained on few tasks errs on new ones as predicted, bit for bit as in Node",
  async () => {
    const { address, last, said } = await runAndReturn("/learn/diversity?tasks=8&n=10&d=3&noise=0.25&seed=1");
    expect(said).toMatch(/^As predicted, within [\d.]+ %: trained on 8 tasks/);
    expect(last).toEqual((await runTraining(configOf(poolAt(address).setting))).preconditioner);
  },
);
