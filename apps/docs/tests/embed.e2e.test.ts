import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { runTraining } from "@onestep/lab";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import type { EmbedVerdict } from "../lab/embed/onestep-lab-element.ts";
import { configOf, predictionOf } from "../learn/theorem-1/training-setting.ts";
import { findBrowser } from "./find-browser.ts";
import { openSite, type Site } from "./site.ts";

const BROWSERS = ["chromium", "firefox"] as const;
const SETTING = { contextLength: 8, dimension: 2, noiseVariance: 0.5, seed: 3 };

/** A page of somebody else: three lines, and a policy as strict as our page about it says. */
const pageOf = (
  origin: string,
): string => `<!doctype html><html lang="en"><meta charset="utf-8"><title>A lecture</title>
<script type="module" src="${origin}/embed/onestep-lab.js"></script>
<onestep-lab n="8" d="2" noise="0.5" seed="3"></onestep-lab>
<script>document.addEventListener("verdict", ({ detail }) => (window.verdict = detail));</script>`;

describe.each(BROWSERS)("the element in %s", (browser) => {
  const absent = findBrowser(browser) === undefined;
  let site: Site;
  let other: Server;
  let address: string;

  beforeAll(async () => {
    if (absent) return;
    site = (await openSite(browser))!;
    const policy = `default-src 'none'; script-src ${site.origin} 'unsafe-inline' 'wasm-unsafe-eval'; worker-src blob:; img-src 'self'`;
    other = createServer((request, response) => {
      if (request.url !== "/") return void response.writeHead(204).end();
      response
        .writeHead(200, { "content-type": "text/html", "content-security-policy": policy })
        .end(pageOf(site.origin));
    });
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(other.address() as AddressInfo).port}/`;
  }, 110_000);

  afterAll(async () => {
    await site?.close();
    other?.close();
  });

  it.skipIf(absent)("a page of another origin trains it by the keyboard, to the bits that Node reaches", async () => {
    const { page, problems, hosts, until, close } = await site.open("/lab/embed");
    await page.goto(address);
    await until(
      () => document.querySelector("onestep-lab")?.shadowRoot?.querySelector("line.theory") instanceof Element,
    );
    const said = (selector: string): Promise<string> =>
      page.evaluate((wanted) => {
        const found = document.querySelector("onestep-lab")?.shadowRoot?.querySelector(wanted);
        return found?.getAttribute("aria-label") ?? found?.textContent ?? "";
      }, selector);
    // Theory comes first.
    const { stepSize } = predictionOf(SETTING);
    expect(await said("text.theory")).toBe(`theory: η* = ${stepSize.toPrecision(4)}`);
    expect(await said(".verdict")).toContain("Theory says");

    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await until(() => "verdict" in globalThis);
    const verdict = await page.evaluate(() => (globalThis as unknown as { verdict: EmbedVerdict }).verdict);
    const report = await runTraining(configOf(SETTING));
    expect(verdict).toMatchObject({ setting: SETTING, stepSize, arrived: true, preconditioner: report.preconditioner });
    expect(await said(".verdict.arrived")).toContain("the layer has found the step of theory");
    expect(await said("svg")).toContain("the layer has found the step of theory");
    expect([...hosts].toSorted()).toEqual([site.origin, address].map((url) => new URL(url).host).toSorted());

    // A changed attribute is another training, and a property is an attribute.
    await page.evaluate(() => Object.assign(document.querySelector("onestep-lab")!, { noise: 2 }));
    expect(await page.evaluate(() => document.querySelector("onestep-lab")!.getAttribute("noise"))).toBe("2");
    expect(await said("text.theory")).toBe(
      `theory: η* = ${predictionOf({ ...SETTING, noiseVariance: 2 }).stepSize.toPrecision(4)}`,
    );
    expect(await said(".facts")).toBe("step 0 of 600");
    expect(problems).toEqual([]);
    await close();
  });

  it.skipIf(absent)("its own page shows it under the site's policy, with the lines for another page", async () => {
    const { page, problems, hosts, until, close } = await site.open("/lab/embed?n=8&d=2&noise=0.5&seed=3");
    await until(
      () =>
        document
          .querySelector("onestep-lab")
          ?.shadowRoot?.querySelector("figcaption")
          ?.textContent?.includes("n = 8") ?? false,
    );
    expect(await page.$eval(".lines", (lines) => lines.textContent)).toBe(
      `<script type="module" src="${site.origin}/embed/onestep-lab.js"></script>\n` +
        '<onestep-lab n="8" d="2" noise="0.5" seed="3"></onestep-lab>',
    );
    await page.evaluate(() => {
      document.addEventListener("verdict", () => (document.title = "arrived"));
      (document.querySelector("onestep-lab") as unknown as { train: () => void }).train();
    });
    await until(() => document.title === "arrived");
    expect(problems).toEqual([]);
    expect(hosts.size).toBe(1);
    await close();
  });
});
