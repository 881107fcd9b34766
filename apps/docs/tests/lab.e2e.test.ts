import { runTraining } from "@onestep/lab";
import { optimalStepLoss } from "@onestep/theory";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { significant } from "../figures/format-number.ts";
import { settingAt } from "../lab/address.ts";
import { wholeConfig } from "../lab/lab-setting.ts";
import { openSite, type Site, type Visit } from "./site.ts";

let site: Site | undefined;
beforeAll(async () => void (site = await openSite()), 120_000);
afterAll(() => site?.close());

const FIGURE = ".laboratory";

/** Presses a button of the page with the keyboard. */
async function press({ page, focus }: Visit, selector: string): Promise<void> {
  await focus(selector);
  await page.keyboard.press("Enter");
}

const text = ({ page }: Visit, selector: string) => page.$eval(selector, (element) => element.textContent ?? "");

function finished({ until }: Visit): Promise<void> {
  return until(() => document.querySelector<HTMLElement>(".laboratory")?.dataset["status"] === "finished");
}

const parametersOf = ({ page }: Visit) =>
  page.$eval(FIGURE, (figure) => JSON.parse((figure as HTMLElement).dataset["parameters"] ?? "null") as unknown);

describe("the laboratory", () => {
  it("draws theory first, reaches its verdict, and the bits of the command line", async (context) => {
    if (site === undefined) return context.skip("no browser is installed");
    const visit = await site.open("/lab/");
    await visit.until(() =>
      document.querySelector("[data-figure=loss] .theory text")?.textContent?.includes("L* = 1.154"),
    );
    await press(visit, ".laboratory .play");
    await visit.until(() => document.querySelector(".laboratory .verdict.arrived"));
    await finished(visit);
    const address = await visit.page.evaluate(() => location.search);
    expect(await text(visit, ".laboratory .verdict")).toMatch(/^\s*Supported: Γ is within 0\.\d+ % of η\*I/);
    const report = await runTraining(wholeConfig(settingAt(address).setting.config));
    expect(await parametersOf(visit)).toEqual(report.parameters);
    await visit.until(() => document.querySelector("[data-nearest='one step of gradient descent']"));
    expect(visit.problems).toEqual([]);
    expect(visit.hosts.size).toBe(1);
    await visit.close();
  }, 120_000);

  it("is restored by its address, with its step, and plays, steps and resets from the keyboard", async (context) => {
    if (site === undefined) return context.skip("no browser is installed");
    const asked = "?context=10&dimension=3&covariates=gaussian:covariance=[2,1,0.5]&steps=60&batch=64&seed=7&step=20";
    const visit = await site.open(`/lab/${asked}`);
    await visit.until(() =>
      document.querySelector(".laboratory .seed")?.textContent?.includes("step 20 of 60, seed 7"),
    );
    await press(visit, ".laboratory .buttons button:nth-child(2)");
    await visit.until(() => location.search.endsWith("step=21"));
    const address = await visit.page.evaluate(() => location.search);
    expect(decodeURIComponent(address)).toBe(asked.replace("step=20", "step=21"));
    const rows = (one: Visit) => one.page.$eval("[data-figure=weights] svg", (svg) => svg.getAttribute("aria-label"));
    const again = await site.open(`/lab/${address}`);
    await again.until(() => document.querySelector(".laboratory .seed")?.textContent?.includes("step 21 of 60"));
    expect(await rows(again)).toBe(await rows(visit));
    await press(again, ".laboratory .buttons button:nth-child(4)");
    await again.until(() => !location.search.includes("step=2"));
    expect([...visit.problems, ...again.problems]).toEqual([]);
    await visit.close();
    await again.close();
  }, 120_000);

  it("draws the theory of what is typed and chosen", async (context) => {
    if (site === undefined) return context.skip("no browser is installed");
    const visit = await site.open("/lab/");
    const isDrawn = (loss: string) =>
      document.querySelector("[data-figure=loss] .theory text")?.textContent?.includes(`L* = ${loss}`);
    const lossOf = (contextLength: number) =>
      significant(optimalStepLoss({ contextLength, dimension: 5, noiseVariance: 0 }).value, 4);
    await visit.until(isDrawn, lossOf(20));
    await visit.focus(".lab-controls input");
    await visit.page.keyboard.press("ArrowUp");
    await visit.until(isDrawn, lossOf(21));
    await visit.page.select("[aria-label=noise] select", "gaussian");
    await visit.until(() => location.search === "?context=21&noise=gaussian:variance=0.25");
    expect(visit.problems).toEqual([]);
    await visit.close();
  }, 120_000);

  it("trains several layers, and judges them by their loss", async (context) => {
    if (site === undefined) return context.skip("no browser is installed");
    const visit = await site.open("/lab/?context=8&dimension=2&layers=2&family=tied&steps=80&batch=64");
    await press(visit, ".laboratory .play");
    await finished(visit);
    await visit.until(() => /the loss is/.test(document.querySelector(".laboratory .verdict")?.textContent ?? ""));
    const { config } = settingAt(await visit.page.evaluate(() => location.search)).setting;
    expect(await parametersOf(visit)).toEqual((await runTraining(wholeConfig(config))).parameters);
    expect(visit.problems).toEqual([]);
    await visit.close();
  }, 120_000);

  it("refuses in the library's words, beside the controls, and loses nothing", async (context) => {
    if (site === undefined) return context.skip("no browser is installed");
    const visit = await site.open("/lab/?layers=2&method=exact&noise=gaussian:variance=0.25&seed=-1", {
      width: 390,
      height: 844,
    });
    await visit.until(() => document.querySelectorAll(".laboratory .refusal").length === 2);
    const refusals = await visit.page.$$eval(".laboratory .refusal", (all) => all.map((one) => one.textContent ?? ""));
    expect(refusals.join("\n")).toContain("config.training.method: expected sampled");
    expect(refusals.join("\n")).toContain("config.seed: expected an integer ≥ 0");
    expect(await visit.page.$eval(".laboratory .play", (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    expect(await visit.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(visit.problems).toEqual([]);
    await visit.close();
  }, 120_000);
});
