import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { delimiter, extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { digests } from "./digest-kernels.mjs";

const PACKAGES = fileURLToPath(new URL("../../", import.meta.url));
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
const browser = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((path) => existsSync(path));

const TYPES: Readonly<Record<string, string>> = { ".js": "text/javascript", ".mjs": "text/javascript" };
const IMPORTS = {
  "@onestep/core": "/core/dist/index.js",
  "@onestep/kernels": "/kernels/dist/index.js",
  "ml-matrix": "/ml-matrix",
};
/** Of the library behind core's factorizations browsers get a script; kernels ask nothing of it. */
const LIBRARY = "/core/node_modules/ml-matrix/matrix.umd.js";
const LIBRARY_MODULE =
  "export const { EigenvalueDecomposition, LuDecomposition, Matrix, SingularValueDecomposition } = mlMatrix;";

/** Compiling kernels is allowed, evaluating strings is not. */
const POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'";
const PAGE = `<!doctype html><meta charset="utf-8"><script type="importmap">${JSON.stringify({ imports: IMPORTS })}</script>
<body><script src="${LIBRARY}"></script><script type="module">
import { digests } from "/kernels/tests/digest-kernels.mjs";
document.body.textContent = JSON.stringify(digests());
</script>`;

let server: Server;

beforeAll(async () => {
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? "/", "http://local").pathname);
    if (path === "/") {
      response.writeHead(200, { "content-type": "text/html", "content-security-policy": POLICY }).end(PAGE);
      return;
    }
    if (path === IMPORTS["ml-matrix"]) {
      response.writeHead(200, { "content-type": "text/javascript" }).end(LIBRARY_MODULE);
      return;
    }
    readFile(join(PACKAGES, path)).then(
      (bytes) => response.writeHead(200, { "content-type": TYPES[extname(path)] ?? "text/plain" }).end(bytes),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});

afterAll(() => server.close());

it.skipIf(browser === undefined)(
  "Chromium computes the bytes that Node computes, in either precision, under a content-security policy",
  async () => {
    const { port } = server.address() as AddressInfo;
    const flags = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", "--dump-dom"];
    const { stdout } = await promisify(execFile)(browser!, [...flags, `http://127.0.0.1:${port}/`]);
    const shown = /<body>(.*)<\/body>/s.exec(stdout)?.[1];
    expect(JSON.parse(shown ?? "nothing")).toEqual(digests());
  },
  120_000,
);

const WAYS = [
  "rows",
  "two-column",
  "rao-blackwell",
  "rao-blackwell antithetic",
  "vectors",
  "matrices",
  "matrices 1 of 3",
  "vectors on statistics",
  "given rows",
];

it("the digests are of WebAssembly, at two sizes, and no two paths give the same", () => {
  const all = digests();
  const ofOneSize = ["wasm-f64", "wasm-f32"].flatMap((engine) => WAYS.map((way) => `${engine} ${way}`));
  expect(all.map(([name]) => name)).toEqual([...ofOneSize, ...ofOneSize, "wasm adam"]);
  expect(new Set(all.map(([, digest]) => digest)).size).toBe(all.length);
});
