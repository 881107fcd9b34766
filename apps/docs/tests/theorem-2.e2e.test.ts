import { runTraining } from "@onestep/lab";
import { afterAll, describe, expect, it } from "vitest";

import { distanceBetween, predictionOf, TOLERANCE } from "../learn/theorem-2/preconditioners.ts";
import { configOf, trainingAt } from "../learn/theorem-2/training-setting.ts";
import { significant } from "../figures/format-number.ts";
import { openSite, type Site } from "./site.ts";

const site = await openSite();

describe.skipIf(site === undefined)("the page of Theorem 2", () => {
  const open: Site["open"] = (path, view) => site!.open(path, view);
  afterAll(() => site?.close());

  it("turns and stretches the ellipse by keyboard, and its address restores it", async () => {
    const { page, focus, until, problems, close } = await open("/learn/theorem-2");
    const textOf = (handle: string) => page.$eval(handle, (element) => element.getAttribute("aria-valuetext"));
    const first = "[aria-label='First axis of Σ']";
    expect(await textOf(first)).toBe("variance 3, at 30 degrees");
    await focus(first);
    for (const key of ["ArrowUp", "ArrowUp", "ArrowLeft"] as const) await page.keyboard.press(key);
    await until(() => location.search.includes("first=3.2&second=0.4&angle=33&"));
    expect(await textOf(first)).toBe("variance 3.2, at 33 degrees");
    await page.keyboard.press("Tab");
    await page.keyboard.press("ArrowDown");
    await until(() => location.search.includes("second=0.3&"));
    const address = await page.evaluate(() => location.pathname + location.search);
    expect(problems).toEqual([]);
    await close();

    const again = await open(address);
    await again.until(() => document.querySelector("[aria-label='Second axis of Σ']")?.ariaValueNow === "0.3");
    // What the page says is what theory says of this ellipse.
    const { loss, plain } = predictionOf(trainingAt(new URL(address, site!.origin).search).setting);
    const losses = await again.page.$$eval(".compromise td:last-child", (cells) =>
      cells.map(({ textContent }) => textContent.trim()),
    );
    expect(losses).toEqual([significant(plain.loss, 4), significant(loss, 4)]);
    expect(again.problems).toEqual([]);
    await again.close();
  });

  it("reaches its verdict, and the bits that runTraining reaches in Node", async () => {
    const { page, focus, until, problems, hosts, close } = await open(
      "/learn/theorem-2?first=2&second=0.5&angle=120&n=8&noise=1&tasks=isotropic&seed=4",
    );
    await focus(".play");
    await page.keyboard.press("Enter");
    await until(() => document.querySelector<HTMLElement>("figure.explorable")?.dataset["status"] === "finished");
    expect(await page.$eval(".verdict.arrived", ({ textContent }) => textContent)).toMatch(
      /^Γ is within 0\.\d+ % of Γ\*/,
    );
    const gamma = await page.$eval("figure.explorable", (figure) => figure.getAttribute("data-gamma")!);
    const { setting } = trainingAt(await page.evaluate(() => location.search));
    const report = await runTraining(configOf(setting));
    expect(JSON.parse(gamma)).toEqual(report.preconditioner);
    expect(distanceBetween(report.preconditioner!, predictionOf(setting).preconditioner)).toBeLessThan(TOLERANCE);
    await until(() => location.search.endsWith("&step=600"));
    expect(problems).toEqual([]);
    expect([...hosts]).toHaveLength(1);
    await close();
  });

  it("has no sideways scrolling on a telephone", async () => {
    const { page, close } = await open("/learn/theorem-2", { width: 390, height: 844, colorScheme: "dark" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await close();
  });
});
