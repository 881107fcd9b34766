import { checkTrainingConfig, plannedDistance, runTraining } from "@onestep/lab";
import { afterAll, describe, expect, it } from "vitest";

import { significant } from "../figures/format-number.ts";
import { predictionOf, unitStep } from "../learn/theorem-3/nonlinear-setting.ts";
import { configOf, nonlinearAt, toleranceOf, trainedSetting } from "../learn/theorem-3/training-setting.ts";
import { factsOf } from "../training/gamma-facts.ts";
import { openSite, type Visit } from "./site.ts";

const site = await openSite();

describe.skipIf(site === undefined)("the page of Theorem 3", () => {
  afterAll(() => site?.close());

  const numbers = async ({ page }: Visit) => ({
    stepSize: await page.$eval(".step-size", ({ textContent }) => textContent),
    leastLoss: await page.$eval(".least-loss", ({ textContent }) => textContent),
    floor: await page.$eval(".facts .floor", ({ textContent }) => textContent),
  });
  const said = (search: string) => {
    const { stepSize, loss, floor } = predictionOf(nonlinearAt(search).setting);
    return { stepSize: significant(stepSize, 4), leastLoss: significant(loss, 4), floor: significant(floor, 4) };
  };

  it("draws a link by keyboard, says what theory says of it, and is restored by its address", async () => {
    const visit = await site!.open("/learn/theorem-3?link=identity&n=10&d=3&noise=0.1");
    await visit.until(() => document.querySelector("[aria-label='g at z = 2']")?.ariaValueText === "2.00");
    expect(await numbers(visit)).toEqual({ stepSize: "0.06993", leastLoss: "0.4007", floor: "0.1000" });
    await visit.focus("[aria-label='g at z = 2']");
    await visit.page.keyboard.press("ArrowDown");
    await visit.page.keyboard.press("Home");
    await visit.until(() => location.search.includes("link=-2_-1.5_-1_-0.5_0_0.5_1_1.5_-2.5&"));
    const address = await visit.page.evaluate(() => location.search);
    expect(await numbers(visit)).toEqual(said(address));
    expect(await visit.page.$eval(".play", (button) => (button as HTMLButtonElement).disabled)).toBe(true);

    const again = await site!.open(`/learn/theorem-3${address}`);
    await again.until(() => document.querySelector("[aria-label='g at z = 2']")?.ariaValueText === "−2.50");
    expect(await numbers(again)).toEqual(said(address));
    for (const { problems, close } of [visit, again]) {
      expect(problems).toEqual([]);
      await close();
    }
  });

  it("reaches its verdict, and the bits that runTraining reaches in Node", async () => {
    const { page, focus, until, problems, hosts, close } = await site!.open(
      "/learn/theorem-3?link=sign&n=6&d=2&seed=2",
    );
    await until(() => document.querySelector(".seed")?.textContent.startsWith("seed 2"));
    await focus(".play");
    await page.keyboard.press("Space");
    await until(() => document.querySelector<HTMLElement>("figure.explorable")?.dataset["status"] === "finished");
    expect(await page.$eval(".verdict.arrived", ({ textContent }) => textContent)).toMatch(
      /^Γ is within [\d.]+ % of η\*I: still one step/,
    );
    const gamma = await page.$eval("figure.explorable", (figure) => figure.getAttribute("data-gamma")!);
    const { setting } = nonlinearAt(await page.evaluate(() => location.search));
    const config = configOf(trainedSetting(setting));
    const { preconditioner } = await runTraining(config);
    expect(JSON.parse(gamma)).toEqual(preconditioner);
    const { stepSize } = predictionOf(setting);
    const tolerance = toleranceOf(stepSize, plannedDistance(checkTrainingConfig(config, "config")));
    expect(factsOf(preconditioner!, stepSize, unitStep(setting)).distance).toBeLessThan(tolerance);
    expect(problems).toEqual([]);
    expect([...hosts]).toHaveLength(1);
    await close();
  });

  it("asks the certificate, whose verdict follows the symmetry that is broken", async () => {
    const { page, focus, until, problems, close } = await site!.open("/learn/theorem-3?link=tanh&covariates=laplace");
    const outcome = () =>
      page.$eval(".certificate", (panel) => {
        const { conclusion, applies } = (panel as HTMLElement).dataset;
        return `${conclusion}, ${applies}: ${panel.querySelector(".answer")!.textContent}`;
      });
    await until(() => document.querySelector<HTMLSelectElement>(".certificate select")?.value === "laplace");
    await focus(".ask");
    await page.keyboard.press("Enter");
    await until(() => document.querySelector<HTMLElement>(".certificate")?.dataset["status"] === "answered");
    expect(await outcome()).toBe("one-step, exactly: Still one step of gradient descent, exactly.");
    await page.select(".certificate select", "uneven");
    await until(() => document.querySelector<HTMLElement>(".certificate")?.dataset["status"] === "silent");
    await focus(".ask");
    await page.keyboard.press("Enter");
    await until(() => document.querySelector<HTMLElement>(".certificate")?.dataset["status"] === "answered");
    expect(await outcome()).toBe("general, no: No longer one step.");
    expect(await page.$eval(".certificate ul", ({ textContent }) => textContent)).toContain(
      "The law tells directions of the covariates apart",
    );
    // A link that is drawn by hand is asked about too.
    await page.select(".nonlinear-explorable select", "drawn");
    await until(() => document.querySelector<HTMLElement>(".certificate")?.dataset["status"] === "silent");
    await focus(".ask");
    await page.keyboard.press("Enter");
    await until(() => document.querySelector<HTMLElement>(".certificate")?.dataset["status"] === "answered");
    expect(await outcome()).toBe("general, no: No longer one step.");
    expect(problems).toEqual([]);
    await close();
  });

  it("has no sideways scrolling on a telephone", async () => {
    const { page, close } = await site!.open("/learn/theorem-3", { width: 390, height: 844, colorScheme: "dark" });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    await close();
  });
});
