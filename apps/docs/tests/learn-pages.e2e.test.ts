import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

import { runTraining } from "@onestep/lab";
import { afterAll, beforeAll, expect, it } from "vitest";

import { configOf, trainingAt } from "../learn/theorem-1/training-setting.ts";

/** What `vitepress build` wrote: `turbo run test` builds it first. */
const SITE = fileURLToPath(new URL("../.vitepress/dist/", import.meta.url));
const VISITOR = fileURLToPath(new URL("visit-learn-pages.mjs", import.meta.url));
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const browser = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
};
/** Compiling kernels is allowed; evaluating strings, and any other host, is not. */
const POLICY =
  "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; img-src 'self' data:"; // the theme's icons

const PAGE = '<!doctype html><meta charset="utf-8"><body><script type="module" src="/visit-learn-pages.mjs"></script>';

/** What `visit-learn-pages.mjs` reports. */
interface Visit {
  readonly problems: readonly string[];
  readonly scripts: readonly string[];
  readonly hosts: readonly string[];
  readonly oneStep: {
    readonly before: string;
    readonly afterArrow: string;
    readonly address: string;
    readonly restored: string;
  };
  readonly training: {
    readonly offered: readonly string[];
    readonly asked: readonly string[];
    readonly verdict: string;
    readonly scripts: readonly string[];
    readonly gamma: string;
    readonly address: string;
    readonly restored: string;
  };
}

let server: Server;
let visit: Visit;

beforeAll(async () => {
  if (browser === undefined) return;
  expect(existsSync(`${SITE}learn/theorem-1.html`), "apps/docs is not built: npm run build").toBe(true);
  let tell: (report: Visit) => void;
  const told = new Promise<Visit>((resolve) => (tell = resolve));
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://local").pathname);
    if (path === "/visit") return void response.writeHead(200, { "content-type": "text/html" }).end(PAGE);
    if (path === "/report") {
      let text = "";
      request.on("data", (part) => (text += String(part)));
      return void request.on("end", () => {
        response.end();
        tell(JSON.parse(text) as Visit);
      });
    }
    const file = path === "/visit-learn-pages.mjs" ? VISITOR : join(SITE, extname(path) === "" ? `${path}.html` : path);
    readFile(file).then(
      (bytes) =>
        response
          .writeHead(200, {
            "content-type": TYPES[extname(file)] ?? "application/octet-stream",
            "content-security-policy": POLICY,
          })
          .end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const profile = mkdtempSync(join(tmpdir(), "onestep-docs-"));
  const { port } = server.address() as AddressInfo;
  const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
  const address = `http://127.0.0.1:${port}/visit`;
  const chromium = spawn(browser, [...flags, "--remote-debugging-port=0", `--user-data-dir=${profile}`, address], {
    stdio: "ignore",
  });
  const ended = new Promise((resolve) => chromium.once("exit", resolve));
  const late = new Promise<never>((_, reject) =>
    setTimeout(reject, 100_000, new Error("the visit did not end")).unref(),
  );
  try {
    visit = await Promise.race([
      told,
      late,
      ended.then(() => Promise.reject(new Error("the browser ended by itself"))),
    ]);
  } finally {
    chromium.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}, 110_000);

afterAll(() => server?.close());

it.skipIf(browser === undefined)(
  "Learn pages run without an error, under a content-security policy, and ask no other host",
  () => {
    expect(visit.problems).toEqual([]);
    expect(visit.hosts).toHaveLength(1);
  },
);

it.skipIf(browser === undefined)("a focused point moves with the arrow keys, and its address restores it", () => {
  const { before, afterArrow, address, restored } = visit.oneStep;
  expect(before).toBe("x 1.4, y 1.15");
  expect(afterArrow).toBe("x 1.4, y 1.25");
  expect(address).toContain("pairs=0.3,0.7_1.4,1.25_");
  expect(restored).toBe(afterArrow);
});

it.skipIf(browser === undefined)(
  "the training of the page reaches its verdict, and the bits that runTraining reaches in Node",
  async () => {
    const { verdict, gamma, scripts, address, restored } = visit.training;
    expect(verdict).toMatch(/^Γ is within 0\.\d+ % of η\*I/);
    // The worker is loaded when the training starts, and no sooner.
    expect(visit.scripts.filter((script) => script.includes("train.worker"))).toEqual([]);
    expect(scripts.filter((script) => script.includes("train.worker"))).toHaveLength(1);
    const report = await runTraining(configOf(trainingAt(address).setting));
    expect(JSON.parse(gamma)).toEqual(report.preconditioner);
    expect(restored).toBe(gamma);
  },
);
