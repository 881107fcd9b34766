import { runTraining } from "@onestep/lab";
import { coalescenceThreshold, optimalDepth } from "@onestep/theory";
import { afterAll, expect, it } from "vitest";

import { configOf, MARGIN, settingAt } from "../learn/depth/depth-setting.ts";
import { openSite, type Visit } from "./site.ts";

const site = await openSite();
afterAll(() => site?.close());

async function leave({ problems, hosts, close }: Visit): Promise<void> {
  expect(problems).toEqual([]);
  expect([...hosts]).toEqual([new URL(site!.origin).host]);
  await close();
}

const steps = ({ page }: Visit) =>
  page.$eval(".depth-figure", (figure) => JSON.parse((figure as HTMLElement).dataset["steps"]!) as number[]);

/** Quadrature uses functions that engines round in their own ways. */
function expectClose(seen: readonly number[], expected: readonly number[]): void {
  expect(seen).toHaveLength(expected.length);
  expected.forEach((value, l) => expect(seen[l]).toBeCloseTo(value, 9));
}

it.skipIf(site === undefined)(
  "two steps part below the threshold and are one above it, as theory has them",
  async () => {
    const visit = await site!.open("/learn/depth?n=10&d=5&layers=2");
    await visit.until(() => document.querySelectorAll<HTMLSelectElement>(".depth-figure select")[0].value === "2");
    await visit.until(
      () => (document.querySelector(".depth-figure") as HTMLElement).dataset["steps"]!.split(",").length === 2,
    );
    const sizes = { contextLength: 10, dimension: 5 };
    expectClose(await steps(visit), optimalDepth({ ...sizes, noiseVariance: 0 }, 2).value.stepSizes);

    await visit.focus(".depth-figure .mark");
    await visit.page.keyboard.press("Enter");
    await visit.until(() =>
      /Only 1|All steps are equal/.test(document.querySelector(".depth-figure .remark")!.textContent),
    );
    await visit.until(() => location.search.includes("noise="));
    const { setting } = settingAt(await visit.page.evaluate(() => location.search));
    const threshold = coalescenceThreshold(sizes, 2).value;
    expect(setting.noiseVariance).toBeGreaterThanOrEqual(threshold);
    expect(setting.noiseVariance).toBeLessThan(threshold + 0.05);
    expectClose(await steps(visit), optimalDepth(setting, 2).value.stepSizes);

    await visit.focus(".depth-figure input[type=range]");
    await visit.page.keyboard.press("ArrowLeft");
    await visit.until(() =>
      document.querySelector(".depth-figure .remark")!.textContent.startsWith("2 different steps"),
    );
    await leave(visit);
  },
);

it.skipIf(site === undefined)(
  "two layers reach the loss of theory, and the bits that runTraining reaches in Node",
  async () => {
    const told = ({ page }: Visit) =>
      page.$eval(".layer-training", (figure) => (figure as HTMLElement).dataset["weights"]);
    const visit = await site!.open("/learn/depth?n=10&d=5&noise=0.25&seed=3");
    await visit.until(() => document.querySelector(".layer-training .note")!.textContent.includes("0.25"));
    await visit.focus(".play");
    await visit.page.keyboard.press("Enter");
    await visit.until(() => document.querySelector(".layer-training .verdict.arrived") !== null);
    await visit.until(() => /step=400/.test(location.search));
    const address = await visit.page.evaluate(() => location.search);
    const weights = await told(visit);
    const report = await runTraining(configOf(settingAt(address).setting));
    expect({ Q: JSON.parse(weights!) as unknown }).toMatchObject({
      Q: "Q" in report.parameters && report.parameters.Q,
    });
    expect(report.loss! / report.optimalLoss! - 1).toBeLessThan(MARGIN);

    const again = await site!.open(`/learn/depth${address}`);
    await again.until(() => document.querySelector(".layer-training .verdict.arrived") !== null);
    expect(await told(again)).toBe(weights);
    for (const one of [visit, again]) await leave(one);
  },
);
