import { launch, type Browser, type Page } from "puppeteer-core";

import { findBrowser, type BrowserName } from "./find-browser.ts";
import { serveSite } from "./serve.ts";

/** The built site, served under a strict content-security policy, and a browser to read it with. */
export interface Site {
  readonly browser: BrowserName;
  readonly origin: string;
  /** Opens a path in a window of its own, with a clean profile, once its page has come alive. */
  readonly open: (path: string, view?: View) => Promise<Visit>;
  readonly close: () => Promise<void>;
}

/** How a reader sees a page. */
export interface View {
  /** Of the window, in CSS pixels; 1280 × 900 by default. */
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  readonly media?: "screen" | "print";
}

/** A page that is open. */
export interface Visit {
  readonly page: Page;
  /** Errors and warnings in its console, errors nobody caught, what the policy refused, requests that failed. */
  readonly problems: readonly string[];
  /** Every host that it asked for something. */
  readonly hosts: ReadonlySet<string>;
  /** Waits until a condition holds in the page; `page.waitForFunction` would evaluate a string, which the policy refuses. */
  readonly until: <Values extends unknown[]>(
    condition: (...values: Values) => unknown,
    ...values: Values
  ) => Promise<void>;
  /** Focuses what a reader would reach with Tab, drawn points too. */
  readonly focus: (selector: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

const FLAGS: Readonly<Record<BrowserName, string[]>> = {
  chromium: [
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
  ],
  firefox: [],
};

/** Machines may be slow, and several files are tested at once. */
const PATIENCE = 100_000;

/** Serves the site and starts a browser; nothing where that browser is not installed. */
export async function openSite(name: BrowserName = "chromium"): Promise<Site | undefined> {
  const executablePath = findBrowser(name);
  if (executablePath === undefined) return undefined;
  const server = await serveSite();
  const browser = await launch({
    browser: name === "chromium" ? "chrome" : "firefox",
    executablePath,
    args: FLAGS[name],
    timeout: PATIENCE,
    protocolTimeout: PATIENCE,
  });
  return {
    browser: name,
    origin: server.origin,
    open: (path, view = {}) => visit(browser, name, server.origin + path, view),
    close: async () => {
      await browser.close();
      server.close();
    },
  };
}

async function visit(browser: Browser, name: BrowserName, address: string, view: View): Promise<Visit> {
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  const { problems, hosts } = watch(page);
  await show(page, name, view);
  await page.goto(address, { waitUntil: "load", timeout: PATIENCE });
  const until: Visit["until"] = async (condition, ...values) => {
    const late = AbortSignal.timeout(PATIENCE);
    while (!(await page.evaluate(condition as (...values: unknown[]) => unknown, ...values))) {
      if (late.aborted) throw new Error(`this never became true: ${condition.toString()}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  // The application is mounted on the page that the server drew.
  await until(() => {
    const app = document.querySelector("#app");
    return app === null || "__vue_app__" in app;
  });
  await page.evaluate(async () => void (await document.fonts.ready));
  const focus = (selector: string) => page.$eval(selector, (element) => (element as HTMLElement | SVGElement).focus());
  return { page, problems, hosts, until, focus, close: () => context.close() };
}

/** Sets what the page may ask about its reader. */
async function show(page: Page, name: BrowserName, { width = 1280, height = 900, colorScheme, media }: View) {
  await page.setViewport({ width, height });
  if (media !== undefined) await page.emulateMediaType(media);
  if (colorScheme === undefined) return;
  if (name === "chromium") await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: colorScheme }]);
  // Firefox cannot be told over WebDriver BiDi which scheme to prefer: the reader has pressed the switch.
  else
    await page.evaluateOnNewDocument(
      (scheme) => localStorage.setItem("vitepress-theme-appearance", scheme),
      colorScheme,
    );
}

/** Writes down what goes wrong, and who is asked. */
function watch(page: Page): { problems: readonly string[]; hosts: ReadonlySet<string> } {
  const problems: string[] = [];
  const hosts = new Set<string>();
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warn") problems.push(message.text());
  });
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const { protocol, host } = new URL(request.url());
    // Data in an address, and what the page made itself, ask nobody.
    if (protocol !== "data:" && protocol !== "blob:") hosts.add(host);
  });
  page.on("requestfailed", (request) => {
    const reason = request.failure()?.errorText ?? "failed";
    // What the page no longer wants has not failed.
    if (!/ABORTED/.test(reason)) problems.push(`${request.url()}: ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) problems.push(`${response.url()}: ${response.status()}`);
  });
  return { problems, hosts };
}
