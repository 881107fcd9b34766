import { runTraining, type BackendName, type TrainingConfigFile } from "@onestep/lab";
import { afterAll, beforeAll, expect, it } from "vitest";

import { findBrowser } from "./find-browser.ts";
import { openSite, type Site } from "./site.ts";

const noBrowser = findBrowser("chromium") === undefined;

const config: TrainingConfigFile = {
  law: {
    contextLength: 6,
    dimension: 2,
    covariates: { law: "gaussian" },
    target: { law: "linear", tasks: { law: "gaussian" } },
    noise: { law: "none" },
  },
  training: { method: "sampled", steps: 30, batch: 64, starts: 1 },
  seed: 5,
};
const ADDRESS = "/lab/?context=6&dimension=2&method=sampled&steps=30&batch=64&starts=1&seed=5";

let site: Site;
beforeAll(async () => {
  if (!noBrowser) site = (await openSite())!;
}, 110_000);
afterAll(() => site?.close());

interface Trained {
  readonly keyQuery: readonly (readonly number[])[];
  /** What the page says of a backend that is missing. */
  readonly remarks: readonly string[];
}

async function trained(backend: BackendName): Promise<Trained> {
  const { page, until, focus, problems, hosts, close } = await site.open(`${ADDRESS}&backend=${backend}`);
  await until(() => document.querySelector(".laboratory .seed")?.textContent?.includes("of 30, seed 5") ?? false);
  await focus(".laboratory .play");
  await page.keyboard.press("Enter");
  await until(() => document.querySelector<HTMLElement>(".laboratory")?.dataset["status"] === "finished");
  const parameters = await page.$eval(".laboratory", (figure) => (figure as HTMLElement).dataset["parameters"] ?? "");
  const remarks = await page.$$eval(".laboratory [role=alert]", (alerts) =>
    alerts.map((alert) => alert.textContent ?? ""),
  );
  expect(problems, backend).toEqual([]);
  // Its chunks and wasm files are on our own host.
  expect(hosts.size, backend).toBe(1);
  await close();
  return { ...(JSON.parse(parameters) as Pick<Trained, "keyQuery">), remarks };
}

it.skipIf(noBrowser).each(["tfjs:cpu", "tfjs:wasm", "tfjs:webgl"] as const)(
  "%s trains the same layer as float64, as far as single precision goes",
  async (backend) => {
    const { keyQuery, remarks } = await trained(backend);
    if (remarks.length > 0) {
      // A machine without this graphics backend: the page says so.
      expect(backend).toBe("tfjs:webgl");
      return expect(remarks[0]).toContain("tfjs:webgl is missing here");
    }
    const report = await runTraining({ ...config, backend: "float64" });
    const expected = (report.parameters as unknown as Trained).keyQuery.flat();
    const largest = Math.max(...expected.map(Math.abs));
    // Rounding of each step, 2^-24, carried on by Adam's ratios over the steps.
    keyQuery
      .flat()
      .forEach((entry, i) => expect(Math.abs(entry - expected[i]) / largest).toBeLessThan(30 * 64 * 2 ** -24));
    expect(keyQuery.flat()).not.toEqual(expected);
  },
);

it.skipIf(noBrowser)(
  "a backend that no browser has is said to be missing, and our kernels train in its place",
  async () => {
    const { keyQuery, remarks } = await trained("tfjs-node");
    expect(remarks.join()).toContain("tfjs-node is missing here, and our own kernels train in its place");
    const report = await runTraining(config);
    expect(keyQuery).toEqual((report.parameters as unknown as Trained).keyQuery);
  },
);
