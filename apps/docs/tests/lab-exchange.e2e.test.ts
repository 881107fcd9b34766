import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

import { checkLaw, exportedPrompts, arraysOfParameters, runTraining, type TrainingReport } from "@onestep/lab";
import { parsePromptLaw, promptsToCsv, type JsonObject } from "@onestep/data";
import { writeNpz, writeSafetensors } from "@onestep/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { headline } from "../lab/exchange/certificate-text.ts";
import { findBrowser } from "./find-browser.ts";
import { openSite, type Site, type Visit } from "./site.ts";

const noBrowser = findBrowser("chromium") === undefined;
const CLI = fileURLToPath(new URL("../../cli/dist/bin.js", import.meta.url));

let site: Site;
beforeAll(async () => {
  if (!noBrowser) site = (await openSite())!;
}, 110_000);
afterAll(() => site?.close());

/** Keeps every file that the page makes, for `takenBy` to read. */
function keepFiles({ page }: Visit): Promise<void> {
  return page.evaluate(() => {
    const make = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob: Blob) => {
      Object.assign(globalThis, { taken: blob });
      return make(blob);
    };
  });
}

/** Presses a button by the keyboard, and reads the file that it gives. */
async function takenBy({ page, until, focus }: Visit, what: string): Promise<{ name: string; bytes: Uint8Array }> {
  await page.evaluate(() => Object.assign(globalThis, { taken: undefined }));
  await focus(`.export-menu [data-take="${what}"]`);
  await page.keyboard.press("Enter");
  await until(() => (globalThis as { taken?: Blob }).taken !== undefined);
  await until(() => document.querySelector(".export-menu > .said")?.textContent?.includes("downloads") ?? false);
  const name = await page.$eval(".export-menu > .said", (said) => said.textContent?.split(",")[0] ?? "");
  const bytes = await page.evaluate(async () =>
    Array.from(new Uint8Array(await (globalThis as unknown as { taken: Blob }).taken.arrayBuffer())),
  );
  return { name, bytes: Uint8Array.from(bytes) };
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

describe.skipIf(noBrowser)("what a reader takes home of the laboratory", () => {
  it("is to the last byte what Node makes of the same config, and the command trains the same weights", async () => {
    const visit = await site.open("/lab/?context=6&dimension=2&noise=gaussian:variance=0.25&steps=40&batch=64&seed=3");
    const { page, until, focus, problems, hosts, close } = visit;
    await keepFiles(visit);
    await until(() => document.querySelector(".export-menu .line")?.textContent?.includes("--seed 3") ?? false);
    // Nothing is trained: there are no weights to take.
    expect(await page.$eval('[data-take="npz"]', (button) => (button as HTMLButtonElement).disabled)).toBe(true);
    await focus(".laboratory .play");
    await page.keyboard.press("Enter");
    await until(() => document.querySelector<HTMLElement>(".laboratory")?.dataset["status"] === "finished");

    const config = await takenBy(visit, "config");
    expect(config.name).toBe("gaussian-linear-n6-d2-seed3.json");
    const report = await runTraining(JSON.parse(textOf(config.bytes)));
    const arrays = arraysOfParameters(report.parameters);
    expect((await takenBy(visit, "npz")).bytes).toEqual(writeNpz(arrays));
    expect((await takenBy(visit, "safetensors")).bytes).toEqual(writeSafetensors(arrays));
    const law = await takenBy(visit, "law");
    expect(parsePromptLaw(JSON.parse(textOf(law.bytes))).noise.variance).toBe(0.25);
    expect(textOf((await takenBy(visit, "prompts")).bytes)).toBe(promptsToCsv(exportedPrompts(report.config, 1000)));
    const table = textOf((await takenBy(visit, "csv")).bytes);
    const last = report.trainingLoss.at(-1)!;
    expect(table).toContain(`batch loss,observed,${last.step},${last.loss},,`);
    expect(table).toContain(`"theory, L*",theory,1,${report.optimalLoss},,`);
    expect(textOf((await takenBy(visit, "svg")).bytes)).toMatch(/^<svg[^]*Pre-training loss against theory/);

    const line = (await page.$eval(".export-menu .line", (said) => said.textContent)) ?? "";
    const command = line.replace(/^npm start --/, '"$NODE" "$CLI"');
    const env = { ...process.env, NODE: process.execPath, CLI };
    const printed = execFileSync("sh", ["-c", `${command} --json --quiet`], { env, encoding: "utf8" });
    expect((JSON.parse(printed) as TrainingReport).parameters).toEqual(report.parameters);

    await page.browserContext().overridePermissions(site.origin, ["clipboard-read", "clipboard-sanitized-write"]);
    await focus(".export-menu .copy button");
    await page.keyboard.press("Space");
    await until(() => document.querySelector(".export-menu .copy .said")?.textContent === "Copied");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(line);
    expect(problems).toEqual([]);
    expect(hosts.size).toBe(1);
    await close();
  });
});

describe.skipIf(noBrowser)("what a reader brings into the laboratory", () => {
  it("gets the certificate that Node gives, and the laboratory trains on it", async () => {
    const { page, until, focus, problems, hosts, close } = await site.open("/lab/");
    const bring = async (text: string): Promise<void> => {
      await page.$eval(".import-panel details", (details) => (details.open = true));
      await page.$eval(
        ".import-panel textarea",
        (area, value) => {
          area.value = value;
          area.dispatchEvent(new Event("input", { bubbles: true }));
        },
        text,
      );
      await focus(".import-panel .paste");
      await page.keyboard.press("Enter");
    };
    const settled = (wanted: string): Promise<void> =>
      until((status) => document.querySelector<HTMLElement>(".import-panel")?.dataset["status"] === status, wanted);
    const said = (): Promise<string> => page.$eval(".import-panel .verdict", (verdict) => verdict.textContent ?? "");

    const law: JsonObject = {
      contextLength: 4,
      dimension: 2,
      covariates: { law: "rademacher" },
      target: { law: "linear", tasks: { law: "gaussian" } },
      noise: { law: "none" },
    };
    await bring(JSON.stringify(law));
    await settled("done");
    const check = checkLaw(parsePromptLaw(law), { seed: 0 });
    expect(await said()).toBe(headline(check));
    for (const sentence of check.sentences) {
      expect(await page.$eval(".certificate", (certificate) => certificate.textContent)).toContain(sentence);
    }
    await focus(".import-panel .use");
    await page.keyboard.press("Enter");
    await until(() => location.search.includes("covariates=rademacher"));

    await bring("prompt,role,x1,y\n0,context,1,2\n");
    await settled("failed");
    expect(await page.$eval(".import-panel .failed", (failed) => failed.textContent)).toContain(
      "expected a pair with the role query",
    );
    await bring(promptsToCsv(exportedPrompts({ law, seed: 1 }, 200)));
    await settled("done");
    expect(await page.$eval(".certificate", (certificate) => certificate.textContent)).toContain("prompts tested200");
    expect(problems).toEqual([]);
    expect(hosts.size).toBe(1);
    await close();
  });
});
